/** The policy for people: every setting with what it means, what it is, and what it is where nobody says another. */
import type { Json } from 'cpansec/base';
import { DEFAULT_POLICY, type Policy, writtenPolicy } from './policy.ts';

export interface PolicyLine {
  /** `hold.planned`. */
  readonly path: string;
  /** In words. */
  readonly meaning: string;
  readonly value: string;
  readonly usual: string;
  /** Whether it is another than the usual one. */
  readonly set: boolean;
}

export interface PolicyPart {
  readonly title: string;
  readonly lines: readonly PolicyLine[];
}

const FACET = 'What one counts when reports are compared:';

/** By part and by the path of each setting. */
const WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Days that count': {
    'calendar.zone': 'Zone in which business days begin and end',
    'calendar.weekend': 'Days of the week that are free, from Monday, 1, to Sunday, 7',
    'calendar.holidays': 'Other free days',
  },
  Reports: {
    'report.acknowledge': 'From the report to its acknowledgement',
    'report.update': 'Between two words to the reporter while the case is open',
  },
  Decision: {
    'triage.decide': 'From the report to the decision whether it is a vulnerability in scope',
    'triage.proof': 'From asking the reporter for a proof of concept to closing the case without one',
    'triage.votes': 'Members of the CNA whose yes is enough',
    'triage.highPriority': 'Impacts that make a case one of high priority',
  },
  Maintainers: {
    'contact.within': 'From the report to the first mail to the maintainers',
    'contact.remind': 'After that mail, while nobody answers, they are reminded',
    'contact.alternates': 'After that mail other addresses are tried',
    'contact.askHosts': 'Of which cases the host of a repository may be asked how to report there',
  },
  'Planned disclosure': {
    'hold.planned': 'From the mail to the maintainers to the planned disclosure',
    'hold.silent': 'The same where nobody answers and nothing bounces',
    'hold.endsAt': 'Time of UTC to which an end is put off',
    'hold.freeDay': 'What becomes of an end on a free day',
    'hold.warn': 'Before the end the maintainers and the group are told',
    'hold.extension.longest': 'One extension at most',
    'hold.extension.most': 'How many extensions',
    'hold.extension.total': 'From the mail to the last end',
    'abandonment.silence': 'Without any sign of life a distribution counts as abandoned',
  },
  'Keeping it secret': {
    'consent.answer': 'From being asked to keep an embargo to the answer',
    'distributors.earliest': 'Before the end distributors are told, at the earliest',
    'distributors.latest': 'Before the end distributors are told, at the latest',
    'agreement.version': 'Version of the pre-release agreement that is signed now',
    'tlp.initial': 'Label of a new case',
  },
  Publication: {
    'cve.low': 'Free CVE ids of the year below which the pool warns',
    'publication.should': 'From the disclosure to the CVE record: should',
    'publication.must': 'From the disclosure to the CVE record: must',
    'publication.amend': 'From the decision that a record changes or an id is rejected to its being done',
    'publication.postLength': 'Characters of a short post',
    'followUp.answer': 'From asking about a product downstream to the answer',
    'credits.members': 'Whether members of the group are credited',
    'disputes.acknowledge': 'From a dispute to its acknowledgement',
    'disputes.decide': 'From a dispute to its decision',
  },
  Incidents: {
    'containment.ask': 'From the report to the first request that somebody contains it',
    'containment.notice': 'From the report to the notice to users',
    'containment.answer': 'From a request to an answer',
    'containment.done': 'From a request to its being done or refused',
    'containment.contacts.pause.name': 'Who freezes accounts and removes releases',
    'containment.contacts.pause.contact': 'Their address',
    'containment.contacts.metacpan.name': 'Who blocks downloads on the web',
    'containment.contacts.metacpan.contact': 'Their address',
    'containment.contacts.mirrors.name': 'Who blocks downloads from mirrors',
    'containment.contacts.mirrors.contact': 'Their address',
    'containment.contacts.host.name': 'Who takes down a repository',
    'containment.contacts.host.contact': 'Their address',
  },
  'Exploited vulnerabilities (EU 2024/2847, Article 14)': {
    'exploited.applies': 'Whether it applies',
    'exploited.as': 'What the group is by it',
    'exploited.warning': 'From the knowledge of it to the early warning',
    'exploited.notification': 'From the knowledge of it to the notification',
    'exploited.final': 'From the fix to the final report',
  },
  'Reports that are alike': {
    'duplicates.suggest': 'Similarity in hundredths from which another case is shown',
    'duplicates.likely': 'Similarity from which it is taken for the same until somebody looks',
    'duplicates.weights.dist': `${FACET} the distribution`,
    'duplicates.weights.file': `${FACET} a file`,
    'duplicates.weights.routine': `${FACET} a routine`,
    'duplicates.weights.weakness': `${FACET} the weakness`,
    'duplicates.weights.word': `${FACET} a word`,
    'duplicates.weights.shingle': `${FACET} a run of words`,
  },
  'How long data is kept': {
    'retention.spam': 'Spam',
    'retention.rejected': 'Reports that led to no advisory',
    'retention.cases': 'Cases',
    'retention.identities': 'Who somebody is',
    'retention.contacts': 'Contacts',
    'retention.mail': 'Mail',
    'retention.audit': 'The audit log',
  },
  'Who handles what the group does not': {
    'routing.perl.name': 'The interpreter and what comes with it alone',
    'routing.perl.contact': 'Their address',
    'routing.upstream.name': 'Libraries that are only linked to',
    'routing.upstream.contact': 'Their address',
    'routing.distributor.name': 'What a distributor changed or built',
    'routing.distributor.contact': 'Their address',
    'routing.author.name': 'Software that was never on CPAN',
    'routing.author.contact': 'Their address',
    'routing.management.name': 'Legal and management matters',
    'routing.management.contact': 'Their address',
  },
  Lists: {
    'lists.team': 'The group',
    'lists.announce': 'Announcements',
    'lists.ossSecurity': 'oss-security',
    'lists.distributors': 'Distributors',
  },
};

/** Every setting but the name of the format, in parts. */
export function policyParts(policy: Policy): PolicyPart[] {
  const [now, usual] = [writtenPolicy(policy), writtenPolicy(DEFAULT_POLICY)];
  return Object.entries(WORDS).map(([title, settings]) => ({
    title,
    lines: Object.entries(settings).map(([path, meaning]) => {
      const [value, other] = [said(at(now, path)), said(at(usual, path))];
      return { path, meaning, value, usual: other, set: value !== other };
    }),
  }));
}

function at(json: Json, path: string): Json {
  return path.split('.').reduce<Json>((value, name) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return value[name] ?? null;
  }, json);
}

function said(value: Json): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(said).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
