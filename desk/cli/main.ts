#!/usr/bin/env node
import { processTerminal, runProgram } from 'cpansec/terminal';
import { desk } from './program.ts';

const args = process.argv.slice(2);
process.exitCode = await runProgram(desk, args, processTerminal(args));
