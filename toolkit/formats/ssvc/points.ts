/** Decision points of SSVC 2.0, with their keys and versions; what they mean is said in our own words. */

/** One answer to a decision point, or one outcome of a table. */
export interface SsvcValue {
  /** In the registry: `P`, `UU`, `T*`. */
  readonly key: string;
  /** `Public PoC`. */
  readonly name: string;
  /** What it means, one or two sentences. */
  readonly meaning: string;
  /** In vectors, where calculators write another letter than the key: `R` for `T*`. */
  readonly letter?: string;
}

export interface SsvcPoint {
  /** Namespace, key and version: `ssvc:E:1.1.0`. */
  readonly id: string;
  /** What it is called in vectors. */
  readonly letter: string;
  readonly name: string;
  readonly question: string;
  /** From the least to the most. */
  readonly values: readonly SsvcValue[];
}

const NO_YES = (no: string, yes: string): readonly SsvcValue[] => [
  { key: 'N', name: 'No', meaning: no },
  { key: 'Y', name: 'Yes', meaning: yes },
];

export const EXPLOITATION: SsvcPoint = {
  id: 'ssvc:E:1.1.0',
  letter: 'E',
  name: 'Exploitation',
  question: 'Is it being exploited, or could anybody do it by what is public?',
  values: [
    { key: 'N', name: 'None', meaning: 'No sign of attacks, and nothing public that shows how it is done.' },
    {
      key: 'P',
      name: 'Public PoC',
      meaning: 'A proof of concept is public, or everybody knows how flaws of this kind are exploited.',
    },
    { key: 'A', name: 'Active', meaning: 'Reliable reports say that attackers use it.' },
  ],
};

export const AUTOMATABLE: SsvcPoint = {
  id: 'ssvc:A:2.0.0',
  letter: 'A',
  name: 'Automatable',
  question: 'Could a program find targets and attack all of them, reliably?',
  values: NO_YES(
    'Some step to the exploit needs somebody for each target, or often fails.',
    'From finding the target to the exploit, everything can be done by a program.',
  ),
};

export const TECHNICAL_IMPACT: SsvcPoint = {
  id: 'ssvc:TI:1.0.0',
  letter: 'T',
  name: 'Technical Impact',
  question: 'How much does an attacker gain over the software?',
  values: [
    {
      key: 'P',
      name: 'Partial',
      meaning:
        'Some control or some information, or full control by a rare stroke of luck. Denial of service.',
    },
    { key: 'T', name: 'Total', meaning: 'Full control of what the software does, or all that it knows.' },
  ],
};

export const MISSION_AND_WELL_BEING: SsvcPoint = {
  id: 'ssvc:MWI:1.0.0',
  letter: 'M',
  name: 'Mission and Well-Being Impact',
  question: 'How much depends on the software where it is used, and what would people suffer?',
  values: [
    { key: 'L', name: 'Low', meaning: 'No essential work needs it, and at most small harm to people.' },
    {
      key: 'M',
      name: 'Medium',
      meaning: 'It supports essential work, or people would be hurt or lose much.',
    },
    {
      key: 'H',
      name: 'High',
      meaning: 'Essential work stops without it, or harm to people cannot be undone.',
    },
  ],
};

export const REPORT_PUBLIC: SsvcPoint = {
  id: 'ssvc:RP:1.0.0',
  letter: 'RP',
  name: 'Report Public',
  question: 'Are the details public already?',
  values: [
    { key: 'Y', name: 'Yes', meaning: 'A report of it is public.' },
    { key: 'N', name: 'No', meaning: 'No report of it is public.' },
  ],
};

export const SUPPLIER_CONTACTED: SsvcPoint = {
  id: 'ssvc:SCON:1.0.0',
  letter: 'SCON',
  name: 'Supplier Contacted',
  question: 'Has the reporter tried to reach the maintainers, in good faith and by an address that works?',
  values: NO_YES('They were not told.', 'They were told.'),
};

export const REPORT_CREDIBILITY: SsvcPoint = {
  id: 'ssvc:RC:1.0.0',
  letter: 'RC',
  name: 'Report Credibility',
  question: 'Is the report credible?',
  values: [
    { key: 'NC', name: 'Not Credible', meaning: 'What it says does not hold together, or was refuted.' },
    { key: 'C', name: 'Credible', meaning: 'What it says can be followed, or somebody has confirmed it.' },
  ],
};

export const SUPPLIER_CARDINALITY: SsvcPoint = {
  id: 'ssvc:SC:1.0.0',
  letter: 'SC',
  name: 'Supplier Cardinality',
  question: 'How many answer for the code that is to be mended?',
  values: [
    { key: 'O', name: 'One', meaning: 'One team answers for it.' },
    { key: 'M', name: 'Multiple', meaning: 'Several do: it was copied, or is in several distributions.' },
  ],
};

export const SUPPLIER_ENGAGEMENT: SsvcPoint = {
  id: 'ssvc:SE:1.0.0',
  letter: 'SE',
  name: 'Supplier Engagement',
  question: 'Do the maintainers answer and take part?',
  values: [
    { key: 'A', name: 'Active', meaning: 'They answer and work on it.' },
    { key: 'U', name: 'Unresponsive', meaning: 'They do not answer, or take no part.' },
  ],
};

export const UTILITY: SsvcPoint = {
  id: 'ssvc:U:1.0.1',
  letter: 'U',
  name: 'Utility',
  question: 'How useful is an exploit to an attacker?',
  values: [
    {
      key: 'L',
      name: 'Laborious',
      meaning: 'Each attack is work, and there is little to gain at each target.',
    },
    {
      key: 'E',
      name: 'Efficient',
      meaning: 'Attacks can be automated, or there is much to gain at each target; not both.',
    },
    {
      key: 'S',
      name: 'Super Effective',
      meaning: 'Attacks can be automated, and there is much to gain at each target.',
    },
  ],
};

export const PUBLIC_SAFETY_IMPACT: SsvcPoint = {
  id: 'ssvc:PSI:2.0.1',
  letter: 'PSI',
  name: 'Public Safety Impact',
  question: 'Would people come to harm?',
  values: [
    {
      key: 'M',
      name: 'Minimal',
      meaning: 'Hardly: neither bodies, minds, money nor surroundings suffer much.',
    },
    {
      key: 'S',
      name: 'Significant',
      meaning: 'Yes: injury, distress, loss or damage that goes beyond a nuisance.',
    },
  ],
};

export const SUPPLIER_INVOLVEMENT: SsvcPoint = {
  id: 'ssvc:SINV:1.0.0',
  letter: 'SINV',
  name: 'Supplier Involvement',
  question: 'How far are the maintainers with it?',
  values: [
    { key: 'FR', name: 'Fix Ready', meaning: 'They have a fix or a patch.' },
    { key: 'C', name: 'Cooperative', meaning: 'They are working on one.' },
    {
      key: 'UU',
      name: 'Uncooperative/Unresponsive',
      meaning: 'They do not answer, do not want to fix it, or are gone.',
    },
  ],
};

export const PUBLIC_VALUE_ADDED: SsvcPoint = {
  id: 'ssvc:PVA:1.0.0',
  letter: 'PVA',
  name: 'Public Value Added',
  question: 'What would an advisory add to what is public?',
  values: [
    { key: 'L', name: 'Limited', meaning: 'Little: good descriptions are public in several places.' },
    { key: 'A', name: 'Ampliative', meaning: 'Details, corrections, or attention that it lacks so far.' },
    { key: 'P', name: 'Precedence', meaning: 'It would be the first that is public, or one of the first.' },
  ],
};
