import { printableJson } from '../../base/index.ts';
import type { Render } from './format.ts';

/** The report itself (`docs/formats/report.md`). */
export const json: Render = (report) => `${printableJson(report)}\n`;
