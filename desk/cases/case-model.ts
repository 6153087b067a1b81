/** What goes out of a list and of a case. The schemas of the routes say the same, and who sees what of it. */
import type { CaseProduct } from '../casefile/index.ts';
import type { Asking } from './ask-host.ts';
import type { CaseLine } from './list.ts';
import type { SsvcLine } from './ssvc-line.ts';
import type { View } from './views.ts';

export interface ListModel {
  readonly lines: readonly CaseLine[];
  readonly total: number;
  readonly filter: {
    readonly q: string;
    readonly phase: string;
    readonly sort: string;
    /** Status of a product downstream; empty for all. */
    readonly product: string;
    /** `yes` for those that are assigned to the member alone; else empty. */
    readonly mine: string;
    readonly page: number;
  };
  /** What the member keeps. */
  readonly views: readonly View[];
}

export interface CaseModel {
  readonly id: string;
  readonly reference: string;
  readonly revision: number;
  readonly kind: string;
  readonly phase: string;
  readonly outcome: string | null;
  readonly tlp: string;
  readonly restricted: boolean;
  readonly openedAt: string;
  readonly mergedInto: string | null;
  readonly cve: string | null;
  /** Of an id that it would get. */
  readonly cveYear: number;
  readonly title: string;
  readonly distribution: string | null;
  readonly modules: readonly string[];
  readonly summary: string;
  readonly labels: readonly string[];
  readonly weaknesses: readonly string[];
  readonly cvss: string | null;
  readonly ssvc: readonly SsvcLine[];
  /** Downstream. */
  /** Id of the member who works on it. */
  readonly assigned: string | null;
  readonly products: readonly CaseProduct[];
  readonly references: readonly { readonly kind: string; readonly url: string }[];
  readonly affected: readonly { readonly ranges: readonly string[]; readonly fixed: readonly string[] }[];
  /** How many disputes, and changes of its record, are open. */
  readonly after: { readonly disputes: number; readonly amendments: number };
  readonly embargo: {
    readonly state: string;
    readonly end: string | null;
    readonly proposals: readonly {
      readonly id: string;
      readonly end: string;
      readonly why: string;
      /** Whether the group itself made it. */
      readonly own: boolean;
    }[];
  };
  /** Vultron's public state: `pxa`. */
  readonly public: string;
  readonly clocks: readonly {
    readonly what: string;
    readonly due: string;
    readonly state: string;
    readonly why: string;
  }[];
  readonly needs: readonly string[];
  readonly votes: { readonly yes: number; readonly no: number; readonly needed: number };
  readonly tasks: readonly { readonly number: number; readonly text: string; readonly done: boolean }[];
  readonly timeline: readonly {
    readonly number: number;
    readonly at: string;
    readonly who: string;
    readonly kind: string;
    readonly audience: string;
    readonly text: string;
  }[];
  readonly audiences: readonly { readonly name: string; readonly label: string }[];
  readonly participants: readonly ParticipantModel[];
  readonly members: readonly { readonly id: string; readonly name: string; readonly part: string }[];
  readonly files: readonly {
    readonly id: string;
    readonly name: string;
    readonly size: number;
    readonly sha256: string;
    readonly audience: string;
  }[];
  /** Null where nobody has looked for any. */
  readonly contacts: ContactsModel | null;
  /** Whether the host of the repository may be asked, and what it said. */
  readonly asking: Asking;
  readonly alike: readonly {
    readonly id: string;
    readonly reference: string;
    readonly title: string;
    readonly score: number;
  }[];
  /** Of a form that came back: what was typed, and what is wrong with it. */
  readonly editing?: {
    readonly typed: Readonly<Record<string, string>>;
    readonly problems: Readonly<Record<string, string>>;
  };
}

/** Whom to tell: as `findContacts` ranks them, with how each stands by the attempts. */
export interface ContactsModel {
  readonly at: string;
  readonly outcome: string;
  readonly next: {
    readonly channel: string;
    readonly address: string;
    readonly at: string;
    readonly why: string;
    readonly public: boolean;
  } | null;
  readonly contacts: readonly {
    readonly rank: number;
    readonly channel: string;
    readonly address: string;
    readonly who: string;
    readonly public: boolean;
    readonly flags: readonly string[];
    readonly why: readonly string[];
    readonly state: string;
    readonly sources: readonly { readonly place: string; readonly evidence: string }[];
  }[];
  readonly refused: readonly { readonly place: string; readonly found: string; readonly reason: string }[];
  readonly notes: readonly string[];
}

export interface ParticipantModel {
  readonly id: string;
  /** For those who write to people from outside; of a reporter only for coordinators who ask for the case. */
  readonly name?: string;
  readonly reporterName?: string;
  readonly role: string;
  readonly party: string;
  readonly rm: string;
  readonly consent: string;
  readonly fix: string | null;
  readonly agreedAt: string | null;
  /** What they signed, in words; empty for nothing. */
  readonly signed: string;
}
