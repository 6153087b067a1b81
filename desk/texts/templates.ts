/** Our words for each text; a group can put its own in their place. */
import type { TextName } from './names.ts';

const RULE = '='.repeat(72);

/** What both lists get. */
const FACTS = `${RULE}
{{id}} {{distribution}}
${RULE}

Id:            {{id}}
Distribution:  {{distribution}}
Versions:      {{versions}}
MetaCPAN:      {{metacpan}}
Advisory:      {{advisory}}

{{summary}}.

{{#details}}
Details
-------

{{details}}
{{/details}}

{{#weaknesses}}
Weaknesses
----------

{{weaknesses}}
{{/weaknesses}}

Solution
--------

{{remedy}}

{{#references}}
References
----------

{{references}}
{{/references}}

{{#credits}}
Credits
-------

{{credits}}
{{/credits}}

{{#timeline}}
Timeline
--------

{{timeline}}
{{/timeline}}`;

const SEVERAL = `{{#list}}
{{count}} advisories are published:

{{list}}
{{/list}}`;

const SIGNED = `{{group}}
{{contact}}
{{site}}`;

export const TEMPLATES: Readonly<Record<TextName, string>> = {
  announcement: `Subject: {{ids}}: {{title}}

${SEVERAL}

{{#each}}
${FACTS}
{{/each}}

${SIGNED}
`,
  'oss-security': `Subject: [{{ids}}] {{title}}

${SEVERAL}

{{#each}}
${FACTS}
{{/each}}

${SIGNED}
`,
  maintainer: `Subject: {{ids}} {{distributions}}: published

{{#each}}
{{id}} is public: {{summary}}.

{{advisory}}

{{#released}}
The advisory names {{released}} as the release that fixes it.
{{/released}}
{{/each}}

You are free to speak of it from now on. If something in the advisory is wrong, answer this mail: we correct it, and say that we did. Please name the id in your change log.

You get this because you are named as a maintainer of {{distributions}}. It goes to its maintainers alone, each by a mail of their own.

${SIGNED}
`,
  reporter: `Subject: {{ids}} {{distributions}}: published

{{#each}}
What you reported is public as {{id}}: {{summary}}.

{{advisory}}

{{#credits}}
The advisory names:

{{credits}}
{{/credits}}
{{/each}}

You are free to speak of it from now on. Thank you for waiting. If a name should be another one or none, answer this mail.

You get this because you reported it. It goes to you alone.

${SIGNED}
`,
  distributor: `Subject: {{ids}} {{distributions}}: published

The embargo has ended. You may release your packages.

{{#each}}
{{id}} {{distribution}}: {{summary}}.

Versions:  {{versions}}
Advisory:  {{advisory}}

{{remedy}}
{{/each}}

If your packages have another fix, or are not affected, tell us: the advisory can say so.

You get this because you asked for such notices.

${SIGNED}
`,
  'long-post': `{{#list}}
{{count}} advisories for CPAN:
{{/list}}

{{#each}}
{{id}}: {{summary}}.

{{#details}}
{{details}}
{{/details}}

{{remedy}}

{{advisory}}
{{/each}}
`,
  'short-post': `{{ids}} ({{distributions}}): {{about}} {{page}}
`,
  changelog: `{{#each}}
    - {{id}}: {{summary}}
{{/each}}
`,
  'pull-request': `Subject: Fix {{ids}}: {{title}}

{{#each}}
This fixes {{id}} in {{distribution}}: {{summary}}.

{{#details}}
{{details}}
{{/details}}

The advisory: {{advisory}}
{{/each}}

It changes as little as it can, so that it is easy to check. It may be used under the licence of the distribution. Please name the id in the change log of the release that has it.

{{group}}, {{contact}}
`,
  'rt-ticket': `Subject: {{ids}}: {{title}}

{{#each}}
{{distribution}} has a vulnerability with the id {{id}}. It is public: {{summary}}.

Versions:  {{versions}}
Advisory:  {{advisory}}

{{#details}}
{{details}}
{{/details}}

{{remedy}}
{{/each}}

If a fix is on its way, or if this is wrong, please say so here or write to us. Please name the id in the change log of the release that fixes it.

${SIGNED}
`,
  'emergency-notice': `Subject: Malicious: {{distributions}}: {{title}}

Releases on CPAN were made to do harm. If you have one of them, act now.

{{#each}}
Distribution:  {{distribution}}
Versions:      {{versions}}
Advisory:      {{advisory}}
Id:            {{id}}

{{summary}}.

{{remedy}}

{{#indicators}}
What shows that it ran, written so that nobody opens it by mistake:

{{indicators}}
{{/indicators}}

{{#details}}
{{details}}
{{/details}}
{{/each}}

"cpansec audit" names these releases first. If you have seen one of them at work, write to us.

${SIGNED}
`,
  correction: `Subject: Correction of {{ids}}: {{title}}

{{#each}}
What we said of {{id}} in {{distribution}} was not right.

{{#corrects}}
{{corrects}}
{{/corrects}}

Versions:  {{versions}}
Advisory:  {{advisory}}

{{remedy}}
{{/each}}

${SIGNED}
`,
  withdrawal: `Subject: Withdrawn: {{ids}} {{distributions}}

{{#each}}
{{id}} in {{distribution}} no longer counts. It said: {{summary}}.

{{#withdrawn}}
{{withdrawn}}
{{/withdrawn}}

Advisory:  {{advisory}}
{{/each}}

${SIGNED}
`,
};
