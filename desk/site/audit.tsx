import { CodeBlock } from '../ui/index.ts';
import type { Page, Site } from './model.ts';
import { asset, islandData, page } from './page.tsx';
import { folders } from './paths.ts';

/** `/audit/`: checks a file in the reader's browser; without script it says how to do the same at home. */
export function auditPage(site: Site): Page {
  return page(
    site,
    {
      path: folders.audit,
      title: 'Audit a project',
      description:
        'Check a cpanfile, lock file, META or bill of materials in your browser. Nothing is uploaded.',
      section: folders.audit,
      scripts: ['audit.js'],
    },
    <>
      <h1>Audit a project</h1>
      <p class="lead">
        Give a file that says what your project uses; it is checked here in your browser and never leaves it.
      </p>
      <div id="audit" {...islandData(site)} data-program={asset(site, 'audit-file.js')}>
        <p>
          Without script this page cannot check anything. The command below does the same, and more, where
          your project is.
        </p>
      </div>
      <h2>On your machine</h2>
      <p>
        The same check as a command. It also reads installed libraries, tells why each distribution is there,
        and runs none of your code.
      </p>
      <CodeBlock label="Commands" text={`cpansec db update ${site.base} --root root.json\ncpansec audit`} />
      <h2>What is read</h2>
      <ul>
        <li>
          <code>cpanfile.snapshot</code>: exact versions, the best answer
        </li>
        <li>
          <code>cpanfile</code>, <code>META.json</code>, <code>META.yml</code>: ranges; what a range leaves
          open is told
        </li>
        <li>CycloneDX and SPDX as JSON: components with a CPAN package URL</li>
        <li>
          a list with one package URL or <code>Distribution@version</code> a line
        </li>
      </ul>
    </>,
  );
}
