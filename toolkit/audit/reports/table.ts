/** The outputs of an audit. Each is loaded when it is asked for, but for the usual one. */
import type { Render } from './format.ts';
import { text } from './text.ts';

export const reportFormats = {
  text: async (): Promise<Render> => text,
  json: async (): Promise<Render> => (await import('./json.ts')).json,
  sarif: async (): Promise<Render> => (await import('./sarif.ts')).sarif,
  gitlab: async (): Promise<Render> => (await import('./gitlab.ts')).gitlab,
  junit: async (): Promise<Render> => (await import('./junit.ts')).junit,
  github: async (): Promise<Render> => (await import('./github.ts')).github,
  markdown: async (): Promise<Render> => (await import('./markdown.ts')).markdown,
  html: async (): Promise<Render> => (await import('./html.ts')).html,
  cyclonedx: async (): Promise<Render> => (await import('./cyclonedx.ts')).cyclonedx,
  openvex: async (): Promise<Render> => (await import('./openvex.ts')).openvex,
  csv: async (): Promise<Render> => (await import('./csv.ts')).csv,
  'cpan-audit': async (): Promise<Render> => (await import('./cpan-audit.ts')).cpanAudit,
} as const;

export type ReportFormat = keyof typeof reportFormats;
