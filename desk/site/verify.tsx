import { CodeBlock } from '../ui/index.ts';
import type { Page, Site } from './model.ts';
import { asset, islandData, page } from './page.tsx';
import { address, folders, href, logPaths } from './paths.ts';

/** `/verify/`: checks a file against the log in the reader's browser; without script it says how else. */
export function verifyPage(site: Site): Page {
  return page(
    site,
    {
      path: folders.verify,
      title: 'Verify a file',
      description:
        'Check in your browser that a file is what CPAN published for everyone. Nothing is uploaded.',
      section: folders.verify,
      scripts: ['verify.js'],
    },
    <>
      <h1>Verify a file</h1>
      <p class="lead">
        Give a file that came from CPAN; it is checked here in your browser against the transparency log, and
        never leaves it.
      </p>
      <div id="verify" {...islandData(site)} data-program={asset(site, 'verify-file.js')}>
        <p>Without script this page cannot check anything. The commands below do the same, and more.</p>
      </div>
      <h2>What it tells you</h2>
      <p>
        The log is a list that only grows, of the digest of every release. Witnesses that are independent of
        this site sign that nothing of it was taken back. So a file that is in the log is the one that
        everybody else sees at its path: nobody made one for you alone. Whether it is good is another
        question; <a href={href(site, folders.audit)}>an audit</a> tells what is known against it.
      </p>
      <h2>With the command</h2>
      <p>
        The command also remembers what it has seen of the log, so that nothing of it can be taken back
        unnoticed. Get the <a href={href(site, logPaths.policy)}>policy</a>, which says whose signatures
        count, once, and compare it with what the log's witnesses say of themselves: here, it comes from the
        same site as the log.
      </p>
      <CodeBlock
        label="The command"
        text={`cpansec verify Foo-1.0.tar.gz --policy policy --log ${address(site, logPaths.top)}\ncpansec verify Foo-1.0.tar.gz --policy policy --path authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz   # by Foo-1.0.tar.gz.tlog-proof, offline`}
      />
      <h2>With Perl alone</h2>
      <p>
        <a href={asset(site, 'verify-proof.pl')}>One program</a>, of which perl has all that it needs, checks
        a proof without a network. The proof of a release stands in the log at <code>proof/path/</code> and
        its path on CPAN.
      </p>
      <CodeBlock
        label="With perl"
        text={`curl -O ${address(site, `${logPaths.top}proof/path/authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz.tlog-proof`)}\nperl verify-proof.pl Foo-1.0.tar.gz Foo-1.0.tar.gz.tlog-proof policy authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz`}
      />
    </>,
  );
}
