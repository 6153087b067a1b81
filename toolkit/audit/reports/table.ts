/** The outputs of an audit. Each is loaded when it is asked for. */
import type { Render } from './format.ts';

export const reportFormats = {
  text: async (): Promise<Render> => (await import('./text.ts')).text,
  json: async (): Promise<Render> => (await import('./json.ts')).json,
  github: async (): Promise<Render> => (await import('./github.ts')).github,
  markdown: async (): Promise<Render> => (await import('./markdown.ts')).markdown,
  html: async (): Promise<Render> => (await import('./html.ts')).html,
  csv: async (): Promise<Render> => (await import('./csv.ts')).csv,
  'cpan-audit': async (): Promise<Render> => (await import('./cpan-audit.ts')).cpanAudit,
} as const;

export type ReportFormat = keyof typeof reportFormats;
