/** Ids of vulnerabilities by their form. */

/** `CPANSA-`, distribution, year, number, and for a library's vulnerability its name. */
export function isCpansaId(text: string): boolean {
  return /^CPANSA-[A-Za-z0-9][\w.+-]*-(?:19|20)\d\d-\d+(?:-[A-Za-z][\w.-]*)?$/.test(text);
}

/** Years begin with 1999; `CVE-0000-0000` is somebody's placeholder. */
export function isCve(text: string): boolean {
  return /^CVE-(?:1999|20\d\d)-\d{4,}$/.test(text);
}

export function isGhsa(text: string): boolean {
  return /^GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}$/.test(text);
}
