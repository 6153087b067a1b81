/** The Go code of docs/integrations, as a program that is asked. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutProgram } from './peers.ts';
import { hexLine } from './perl-texts.ts';

const code = fileURLToPath(new URL('../docs/integrations/go/', import.meta.url));

/** What stands around the two files in the packages that they are for, as far as they need it. */
const SURROUNDINGS: Readonly<Record<string, string>> = {
  'go.mod': `module example.org/osvdev

go 1.19

require github.com/google/osv-scalibr v0.0.0

replace github.com/google/osv-scalibr => ./scalibr
`,
  'scalibr/go.mod': 'module github.com/google/osv-scalibr\n\ngo 1.19\n',
  'scalibr/semantic/version.go': `package semantic

import "errors"

var ErrNotSameEcosystem = errors.New("version is not of the same ecosystem")
var ErrInvalidVersion = errors.New("invalid version")

type Version interface {
	Compare(v Version) (int, error)
	CompareStr(str string) (int, error)
}
`,
  'ecosystem/ecosystem.go': `package ecosystem

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/google/osv-scalibr/semantic"
)

type Version interface {
	Compare(other Version) (int, error)
}

type SemanticVersionWrapper[V semantic.Version] struct {
	version V
}

func (v SemanticVersionWrapper[V]) Compare(other Version) (int, error) {
	return v.version.Compare(other.(SemanticVersionWrapper[V]).version)
}

type Ecosystem interface {
	Parse(version string) (Version, error)
	Coarse(version string) (string, error)
	IsSemver() bool
}

var CPAN Ecosystem = cpanEcosystem{}

type coarseVersioner struct{}

var semverCoarseVersioner coarseVersioner

func (coarseVersioner) Format(epoch int, version string) string {
	texts, large := []string{}, false
	for _, part := range strings.Split(version, ".")[:3] {
		n, _ := strconv.Atoi(part)
		if large = large || n > 99999999; large {
			n = 99999999
		}
		texts = append(texts, fmt.Sprintf("%08d", n))
	}

	return fmt.Sprintf("%02d:%s", epoch, strings.Join(texts, "."))
}
`,
  // Reads texts in hexadecimal, one a line.
  'main.go': `package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"

	"example.org/osvdev/ecosystem"
	"github.com/google/osv-scalibr/semantic"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		text, _ := hex.DecodeString(in.Text())
		v, err := semantic.ParseCPANVersion(string(text))
		key, keyErr := ecosystem.CPAN.Coarse(string(text))
		if (err == nil) != (keyErr == nil) {
			panic("one of them reads " + in.Text())
		}
		if err != nil {
			fmt.Fprintln(out, "refused")
			continue
		}
		fmt.Fprintln(out, v.Normal(), key)
	}
}
`,
};

export function withoutGo(): false | string {
  return withoutProgram('go', 'version');
}

export interface GoAnswer {
  /** The dotted form, or `refused`. */
  readonly normal: string;
  readonly coarse: string | undefined;
}

export function parsesInGo(texts: readonly string[]): GoAnswer[] {
  const folder = mkdtempSync(join(tmpdir(), 'cpansec-go-'));
  try {
    for (const [name, text] of Object.entries(SURROUNDINGS)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    copyFileSync(join(code, 'version-cpan.go'), join(folder, 'scalibr/semantic/version-cpan.go'));
    copyFileSync(join(code, 'ecosystem-cpan.go'), join(folder, 'ecosystem/cpan.go'));
    return answers(folder, texts);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function answers(folder: string, texts: readonly string[]): GoAnswer[] {
  const { status, stdout, stderr } = spawnSync('go', ['run', '.'], {
    cwd: folder,
    env: { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', GOTOOLCHAIN: 'local' },
    input: texts.map((text) => `${hexLine(text)}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`go exited ${status}: ${stderr}`);
  const lines = stdout.replace(/\n$/, '').split('\n');
  return lines.map((line) => {
    const [normal = '', coarse] = line.split(' ');
    return { normal, coarse };
  });
}
