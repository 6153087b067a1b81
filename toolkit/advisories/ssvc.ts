import { FormatError, parseSsvc, type SsvcSaid } from '../formats/index.ts';

/** What a vector answers of CISA's table, the one that is for readers of advisories; null for any other. */
export function cisaSsvc(vector: string): SsvcSaid | null {
  try {
    const said = parseSsvc(vector);
    return said.table.name === 'cisa' ? said : null;
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
