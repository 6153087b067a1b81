/** How people name a case to each other: the beginning of its id, which says nothing. `K7MQ-2F9A`. */
export function reference(caseId: string): string {
  const short = caseId.slice(0, 8).toUpperCase();
  return `${short.slice(0, 4)}-${short.slice(4)}`;
}
