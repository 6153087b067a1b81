/** The fiction of the drill: what the group is told, what it is asked, and what each answer leads to. */
import { addEvidence, addIndicator, addReleases, describe, judgeReleases, noteCourse } from '../acts.ts';
import { ask } from '../contain.ts';
import { openIncident } from '../open.ts';
import type { Choice, Scene } from './scene.ts';

const WHO = 'EXAMPLE';
const BAD = { distribution: 'Example-Dist', version: '1.4', author: WHO, on: '2030-01-07' };
const GOOD = { distribution: 'Example-Dist', version: '1.3', author: WHO, on: '2029-06-01' };

const opening: Choice = {
  label: 'Open an incident, and tell a second member',
  minutes: 10,
  means: 'From here on it is sealed, its clocks run, and two know of it.',
  does: async (table) => {
    const title = 'FICTION: Example-Dist 1.4 sends the environment of whoever installs it to a stranger';
    const summary =
      'FICTION, a drill. Makefile.PL of Example-Dist 1.4 sends the environment to collect.example.net when it runs.';
    const caseId = await table.act((by) =>
      openIncident(by, { title, summary, kind: 'compromised-account', at: table.began }),
    );
    table.opened(caseId);
    await table.with((by) =>
      noteCourse(by, { at: table.now(), what: 'FICTION: a stranger is told of it', source: 'the report' }),
    );
  },
};

const containment = (minutes: number, label: string, means: string): Choice => ({
  label,
  minutes,
  means,
  does: async (table) => {
    await table.with((by) =>
      describe(by, {
        ...{ kind: 'compromised-account', account: WHO, since: '2030-01-07', until: null },
        ...{ repository: null, recordId: 'CPANSA-Example-Dist-2030-0001' },
      }),
    );
    await table.with((by) => addReleases(by, [BAD, GOOD]));
    for (const measure of ['freeze-account', 'remove-release'] as const)
      await table.with((by) => ask(by, { measure, to: 'pause', address: null }));
  },
});

const judged = (minutes: number, label: string, means: string, clean: readonly string[]): Choice => ({
  label,
  minutes,
  means,
  does: async (table) => {
    const names = ['Example-Dist 1.4', 'Example-Dist 1.3'];
    const malicious = names.filter((name) => !clean.includes(name));
    await table.with((by) => judgeReleases(by, malicious, 'malicious'));
    if (clean.length > 0) await table.with((by) => judgeReleases(by, clean, 'clean'));
    await table.with((by) =>
      addIndicator(by, {
        ...{ type: 'domain', value: 'collect.example.net', note: 'Makefile.PL sends there' },
        ...{ confidence: 'high', published: true },
      }),
    );
  },
});

const nothing = async (): Promise<void> => {};

export const SCENES: readonly Scene[] = [
  {
    told: 'A mail to the group: "I installed Example-Dist 1.4. Its Makefile.PL reads %ENV and sends it to collect.example.net. My CI had keys in there." Example-Dist 1.4 was uploaded this night, 1.3 half a year ago.',
    asks: 'What do you do first?',
    choices: [
      opening,
      {
        ...opening,
        label: 'Ask the reporter for a proof, then open an incident',
        minutes: 1440,
        means: 'A day is gone. The archive was on CPAN all the while: anybody could have looked.',
      },
      {
        ...opening,
        label: 'Write to the author, then open an incident',
        minutes: 180,
        means: 'Whoever took the account reads its mail too: they know now that you know.',
      },
    ],
  },
  {
    told: 'PAUSE shows that 1.4 was uploaded with the account EXAMPLE from a network that it never used. Somebody downloads it every minute.',
    asks: 'How do you stop it?',
    choices: [
      containment(
        20,
        'Ask PAUSE now to freeze the account and to remove the release',
        'Both are undone in minutes if you are wrong; what is downloaded meanwhile is not.',
      ),
      containment(
        360,
        'Read the archive in a sandbox, then ask PAUSE',
        'You are sure, six hours later. Freezing an account needs suspicion, not proof.',
      ),
      containment(
        1500,
        'Wait for the author, then ask PAUSE',
        'The author is asleep, or is not the one who answers.',
      ),
    ],
  },
  {
    told: 'PAUSE will take the archive away within the hour.',
    asks: 'What do you keep of it?',
    choices: [
      {
        label: 'The archive, in the vault, with who fetched it from where',
        minutes: 15,
        means: 'It is sealed, its SHA-256 is in the chain of custody, and nobody has opened it.',
        does: (table) =>
          table.with((by) =>
            addEvidence(by, {
              name: 'Example-Dist-1.4.tar.gz',
              bytes: new TextEncoder().encode('FICTION: not an archive\n'),
              from: 'FICTION: CPAN, fetched by a member at the table',
            }),
          ),
      },
      {
        label: 'Its address on CPAN',
        minutes: 2,
        means: 'In an hour nothing is there, and nobody can tell any more what was sent where.',
        does: nothing,
      },
    ],
  },
  {
    told: 'PAUSE answers: the account is frozen, the release is out of the index. You have read 1.4 in a sandbox; 1.3 is what the author released, line by line.',
    answered: true,
    asks: 'What does the record say is malicious?',
    choices: [
      judged(45, '1.4; and 1.3 is clean', 'Whoever has 1.3 sleeps well, whoever has 1.4 is told.', [
        'Example-Dist 1.3',
      ]),
      judged(
        5,
        'Both, to be safe',
        'Everybody who has 1.3 renews their keys for nothing, and believes you less the next time.',
        [],
      ),
    ],
  },
  {
    told: 'Whoever installed 1.4 still does not know. The author is back and wants to release 1.5 first.',
    asks: 'When do you tell users?',
    choices: [
      {
        label: 'Now: the record and the notice, approved by a second member',
        minutes: 60,
        means: 'They can remove it and renew their keys today. 1.5 does not undo what 1.4 has sent.',
        does: (table) => table.disclosed(),
      },
      {
        label: 'With 1.5, in two days',
        minutes: 2880,
        means: 'Two days in which stolen keys open doors, and an upgrade that repairs nothing.',
        does: (table) => table.disclosed(),
      },
    ],
  },
];
