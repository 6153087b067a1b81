/** What a publication does outside of the desk. What a desk does not have is no step of its publications. */
import type { CveServices } from '../cve/index.ts';
import type { DeskKey, Mailbox, Mailer } from '../mail/index.ts';
import type { PublishedStore } from '../published/index.ts';

/** A tree that was made, and how many entries the transparency log has with it; null where none is told. */
export interface PublicTree {
  readonly serial: number;
  readonly logged: {
    readonly size: number;
    readonly conflicts: readonly { readonly index: number; readonly earlier: number }[];
  } | null;
}

export interface Outward {
  readonly published: PublishedStore;
  /** Where the public tree is served: `https://security.example.org`. */
  readonly site: string;
  /** Makes the public tree of the store; null where another process does. */
  readonly tree: (() => Promise<PublicTree>) | null;
  readonly cve: {
    readonly services: CveServices;
    readonly assigner: { readonly orgId: string; readonly shortName: string };
  } | null;
  /** Mailing lists, by their step. */
  readonly lists: Readonly<Partial<Record<ListName, string>>>;
  /** Networks, by their names. */
  readonly posts: Readonly<Record<string, Network>>;
  readonly mail: OutwardMail | null;
}

/** The address of the post. The same key twice is one post. */
export interface Network {
  post(text: string, key: string): Promise<string>;
}

export const LIST_NAMES = ['announcement', 'oss-security'] as const;
export type ListName = (typeof LIST_NAMES)[number];

export interface OutwardMail {
  readonly from: Mailbox;
  readonly mailer: Mailer;
  /** Signs what is encrypted. */
  readonly sign: DeskKey | null;
}
