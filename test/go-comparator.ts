/** The Go comparator of docs/integrations, as a program that is asked. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutProgram } from './peers.ts';
import { hexLine } from './perl-texts.ts';

const source = fileURLToPath(new URL('../docs/integrations/go/version-cpan.go', import.meta.url));

/** What stands around the file in the package that it is for. */
const SURROUNDINGS = `package semantic

import "errors"

var ErrNotSameEcosystem = errors.New("version is not of the same ecosystem")
var ErrInvalidVersion = errors.New("invalid version")

type Version interface {
	Compare(v Version) (int, error)
	CompareStr(str string) (int, error)
}
`;

/** Reads texts in hexadecimal, one a line; prints the normal form and the coarse key as osv.dev would make it. */
const MAIN = `package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"

	"example.org/cpan/semantic"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		text, _ := hex.DecodeString(in.Text())
		v, err := semantic.ParseCPANVersion(string(text))
		if err != nil {
			fmt.Fprintln(out, "refused")
			continue
		}
		fmt.Fprintln(out, v.Normal(), coarse(v.Normal()))
	}
}

func coarse(normal string) string {
	parts := strings.Split(strings.TrimPrefix(normal, "v"), ".")
	key, large := []string{}, false
	for _, part := range parts[:3] {
		n, _ := strconv.Atoi(part)
		if large = large || n > 99999999; large {
			n = 99999999
		}
		key = append(key, fmt.Sprintf("%08d", n))
	}
	return "00:" + strings.Join(key, ".")
}
`;

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
    mkdirSync(join(folder, 'semantic'));
    copyFileSync(source, join(folder, 'semantic', 'version-cpan.go'));
    writeFileSync(join(folder, 'semantic', 'version.go'), SURROUNDINGS);
    writeFileSync(join(folder, 'main.go'), MAIN);
    writeFileSync(join(folder, 'go.mod'), 'module example.org/cpan\n\ngo 1.19\n');
    return answers(folder, texts);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function answers(folder: string, texts: readonly string[]): GoAnswer[] {
  const input = texts.map((text) => `${hexLine(text)}\n`).join('');
  const { status, stdout, stderr } = spawnSync('go', ['run', '.'], {
    cwd: folder,
    env: { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', GOTOOLCHAIN: 'local' },
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`go exited ${status}: ${stderr}`);
  return stdout
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const [normal = '', coarse] = line.split(' ');
      return { normal, coarse };
    });
}
