/** Which case data and which reserved id belong to which ticket. */
import type { Cna } from 'cpansec/formats';
import type { Ticket } from './ticket.ts';

export interface DataFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly cna: Cna;
}

export interface Matched {
  readonly ticket: Ticket;
  readonly cve: string | null;
  readonly data: DataFile | null;
}

export interface Matches {
  readonly tickets: readonly Matched[];
  /** Case data of no ticket. */
  readonly alone: readonly DataFile[];
  /** Reserved ids of nothing. */
  readonly unused: readonly string[];
}

/** By the id first; then by the distribution, where there is one ticket and one document of it. */
export function matched(
  tickets: readonly Ticket[],
  data: readonly DataFile[],
  reserved: ReadonlySet<string>,
): Matches {
  const byId = new Map<Ticket, DataFile>();
  for (const document of data) {
    const ticket = ticketOf(document.cna.cve, tickets);
    if (ticket !== null && !byId.has(ticket)) byId.set(ticket, document);
  }
  const left = data.filter((document) => ![...byId.values()].includes(document));
  const free = tickets.filter((ticket) => !byId.has(ticket));
  for (const document of left) {
    const of = free.filter(({ distribution }) => distribution === document.cna.distribution);
    const others = left.filter(({ cna }) => cna.distribution === document.cna.distribution);
    const [ticket] = of;
    if (ticket !== undefined && of.length === 1 && others.length === 1 && ticket.cve === null)
      byId.set(ticket, document);
  }
  return outcome(tickets, data, reserved, byId);
}

/** The one that bears the id in its title, else the only one that names it. */
function ticketOf(cve: string, tickets: readonly Ticket[]): Ticket | null {
  const own = tickets.find((ticket) => ticket.cve === cve);
  const naming = tickets.filter(({ cves, cve: other }) => other === null && cves.includes(cve));
  return own ?? (naming.length === 1 ? (naming[0] ?? null) : null);
}

function outcome(
  tickets: readonly Ticket[],
  data: readonly DataFile[],
  reserved: ReadonlySet<string>,
  byId: ReadonlyMap<Ticket, DataFile>,
): Matches {
  const given = tickets.map((ticket) => {
    const document = byId.get(ticket) ?? null;
    return { ticket, data: document, cve: document?.cna.cve ?? idOf(ticket, reserved) };
  });
  const alone = data.filter((document) => !given.some((one) => one.data === document));
  const used = new Set([...given.flatMap(({ cve }) => cve ?? []), ...alone.map(({ cna }) => cna.cve)]);
  return { tickets: given, alone, unused: [...reserved].filter((cve) => !used.has(cve)) };
}

/** Its own; else the only reserved one that it names. */
function idOf({ cve, cves }: Ticket, reserved: ReadonlySet<string>): string | null {
  const named = cves.filter((one) => reserved.has(one));
  return cve ?? (named.length === 1 ? (named[0] ?? null) : null);
}
