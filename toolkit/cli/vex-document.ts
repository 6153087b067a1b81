import type { VexDocument } from '../audit/index.ts';
import { parseJson } from '../base/index.ts';
import {
  csafStatements,
  cycloneDxStatements,
  isCsaf,
  isCycloneDx,
  isOpenVex,
  openVexStatements,
  parseCsaf,
  parseCycloneDx,
  parseOpenVex,
} from '../formats/index.ts';
import { usage } from '../terminal/index.ts';

/** A VEX document of any of the three formats, by what it says it is. */
export function readVex(text: string, file: string): VexDocument {
  const value = parseJson(text, { file });
  if (typeof value === 'object' && value !== null) {
    if (isOpenVex(value))
      return { format: 'openvex', file, statements: openVexStatements(parseOpenVex(value, { file })) };
    if (isCsaf(value))
      return { format: 'csaf', file, statements: csafStatements(parseCsaf(value, { file })) };
    if (isCycloneDx(value))
      return { format: 'cyclonedx', file, statements: cycloneDxStatements(parseCycloneDx(value, { file })) };
  }
  throw usage(`--vex ${file}: neither OpenVEX, CSAF nor CycloneDX`);
}
