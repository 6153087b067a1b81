/** Traffic Light Protocol 2.0, https://www.first.org/tlp/ */

/** From what everybody may see to what only those named may. */
export const TLP_LABELS = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT', 'TLP:RED'] as const;
export type TlpLabel = (typeof TLP_LABELS)[number];

/** Below zero where `a` lets more people see than `b`; zero where they are the same. */
export function compareTlp(a: TlpLabel, b: TlpLabel): number {
  return TLP_LABELS.indexOf(a) - TLP_LABELS.indexOf(b);
}

/** The narrowest of the labels: what a collection of things so labelled has to bear. */
export function strictestTlp(first: TlpLabel, ...others: readonly TlpLabel[]): TlpLabel {
  return others.reduce((strictest, label) => (compareTlp(label, strictest) > 0 ? label : strictest), first);
}

/** A mail's subject with the label in front, once. */
export function tagSubject(label: TlpLabel, subject: string): string {
  return `[${label}] ${subject.replace(/^(?:\[TLP:(?:CLEAR|GREEN|AMBER(?:\+STRICT)?|RED)\] *)+/, '')}`;
}

/** What the label asks of a reader, for the line under a heading. */
export const TLP_WORDS: Readonly<Record<TlpLabel, string>> = {
  'TLP:CLEAR': 'may be shared with everybody',
  'TLP:GREEN': 'may be shared within the community, not in public',
  'TLP:AMBER': 'may be shared within your organisation and with its clients, where they need it',
  'TLP:AMBER+STRICT': 'may be shared within your organisation, with those who need it',
  'TLP:RED': 'is for you alone',
};
