/** The desk's command: a table of commands, each loaded when it is called for. */
import type { Program } from 'cpansec/terminal';
import manifest from '../package.json' with { type: 'json' };
import { EXITS } from './exit.ts';

export const desk: Program = {
  name: 'cpansec-desk',
  version: manifest.version,
  about: 'the published store and what is made of it',
  notes: `A store is a directory, or s3://BUCKET/PREFIX with the AWS_… variables of AWS's own
tools. Only public records ever stand in it.`,
  examples: [
    ['cpansec-desk import data --store var/store', 'our own records'],
    ['cpansec-desk serve --tree var/tree', 'what was published there'],
    ['cpansec-desk publish --help', 'the options of one command'],
  ],
  exits: EXITS,
  commands: [
    {
      name: 'import',
      summary: 'bring a source of advisories into the store',
      load: async () => (await import('./import.ts')).importCommand,
    },
    {
      name: 'patch',
      summary: 'put a patch into the store',
      load: async () => (await import('./patch.ts')).patchCommand,
    },
    {
      name: 'publish',
      summary: 'make the public tree of the store',
      load: async () => (await import('./publish.ts')).publishCommand,
    },
    {
      name: 'follow',
      summary: 'log what a mirror of CPAN publishes',
      load: async () => (await import('./follow.ts')).followCommand,
    },
    {
      name: 'tuf',
      summary: 'keep the TUF repository: ceremonies, keys, targets',
      load: async () => (await import('./tuf.ts')).tufCommand,
    },
    {
      name: 'serve',
      summary: 'serve a public tree and answer queries over it',
      load: async () => (await import('./serve.ts')).serveCommand,
    },
    {
      name: 'log',
      summary: 'keep the transparency log',
      load: async () => (await import('./log.ts')).logCommand,
    },
    {
      name: 'desk',
      summary: 'open the desk: reports, cases, people',
      load: async () => (await import('./desk.ts')).deskCommand,
    },
    {
      name: 'rehearse',
      summary: 'publish a fictional case, and send nothing of it',
      load: async () => (await import('./rehearse.ts')).rehearseCommand,
    },
    {
      name: 'cve',
      summary: 'reserve ids and publish records with CVE Services',
      load: async () => (await import('./cve.ts')).cveCommand,
    },
    {
      name: 'policy',
      summary: 'show the disclosure policy in force, or put another in force',
      load: async () => (await import('./policy.ts')).policyCommand,
    },
    {
      name: 'person',
      summary: 'give or destroy all that the desk holds about one person',
      load: async () => (await import('./person.ts')).personCommand,
    },
    {
      name: 'move-in',
      summary: 'bring the cases that the group has today into the desk',
      load: async () => (await import('./move-in.ts')).moveInCommand,
    },
    {
      name: 'findings',
      summary: 'take findings of a scanner into the desk',
      load: async () => (await import('./findings.ts')).findingsCommand,
    },
    {
      name: 'drill',
      summary: 'a table-top drill: a fictional incident, step by step',
      load: async () => (await import('./drill.ts')).drillCommand,
    },
    {
      name: 'key',
      summary: 'make a key to sign with',
      load: async () => (await import('./key.ts')).keyCommand,
    },
    {
      name: 'store',
      summary: 'check the store',
      load: async () => (await import('./store.ts')).storeCommand,
    },
    {
      name: 'backup',
      summary: 'copy the private database into a sealed file',
      load: async () => (await import('./backup.ts')).backupCommand,
    },
    {
      name: 'restore',
      summary: 'put a backup into an empty database',
      load: async () => (await import('./restore.ts')).restoreCommand,
    },
    {
      name: 'ledger',
      summary: 'export and verify the audit log',
      load: async () => (await import('./ledger.ts')).ledgerCommand,
    },
  ],
};
