import type { VexDocument } from '../audit/index.ts';
import { parseJson } from '../base/index.ts';
import {
  csafStatements,
  cycloneDxStatements,
  FormatError,
  isCsaf,
  isCycloneDx,
  isOpenVex,
  openVexStatements,
  parseCsaf,
  parseCycloneDx,
  parseOpenVex,
  parsePurl,
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

/** The package URL as it was typed. */
export function readProduct(text: string): string {
  try {
    parsePurl(text);
    return text;
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw usage(`--product: ${cause.message}`, 'name what is audited as pkg:generic/shop@2.1');
  }
}
