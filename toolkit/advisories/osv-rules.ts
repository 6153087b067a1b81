/** What the importer of OSV documents finds odd; `docs/formats/osv.md` is the same table. Levels as for CPANSA. */
export const OSV_RULES = {
  'osv-package': ['note', 'a package of another ecosystem; not taken'],
  'osv-distribution': [
    'flag',
    'a name that no CPAN distribution can have; each such character replaced by `_`',
  ],
  'osv-range-git': ['note', 'a range of commits; not read'],
  'osv-range-semver': ['flag', 'a SemVer range; its versions are compared as those of Perl'],
  'osv-range-absent': ['flag', 'neither ranges nor versions; whether the entry matches cannot be told'],
  'osv-event-unreadable': [
    'flag',
    'an event whose version Perl does not read; whether the range matches cannot be told',
  ],
  'osv-version-unreadable': ['flag', 'a listed version that Perl does not read; left out'],
  'osv-differs': ['flag', 'ranges of ours beside events that say something else; the events hold'],
  'osv-name': ['flag', 'an id or alias with characters that it must not have; each replaced by `_`'],
  'osv-date': ['flag', 'an instant that is none; left out'],
  'osv-reference': ['note', 'a reference of a type that we do not have; read as `web`'],
  'osv-severity': ['note', 'a severity that is neither CVSS 3.1 nor 4.0; not taken'],
  'osv-indicator': ['note', 'an indicator, or a list of them, that a record cannot hold; left out'],
  'osv-member': ['note', 'a member without a place in a record; not taken'],
} as const;

export type OsvRule = keyof typeof OSV_RULES;
