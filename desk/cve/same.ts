/** Whether two containers say the same, apart from what the service and its clients add. */
import { canonicalJson } from 'cpansec/base';

/** `providerMetadata` is the service's, with the instant of the last change; `x_generator` names a program. */
const ADDED = ['providerMetadata', 'x_generator'];

export function sameContainer(a: object, b: object): boolean {
  return canonicalJson(ownPart(a)) === canonicalJson(ownPart(b));
}

/** What the CNA itself says. */
export function ownPart(container: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(container).filter(([name]) => !ADDED.includes(name)));
}
