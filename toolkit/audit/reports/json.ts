import type { Render } from './format.ts';

/** The report itself (`docs/formats/report.md`). */
export const json: Render = (report) => `${JSON.stringify(report, null, 2)}\n`;
