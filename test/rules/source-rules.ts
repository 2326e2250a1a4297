/** One file of the repository, by its path from the root. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
}

interface LineRule {
  readonly appliesTo: RegExp;
  readonly except?: RegExp;
  readonly forbidden: RegExp;
  readonly rule: string;
}

/** What the linter cannot say. Each is a promise of ARCHITECTURE.md. */
const LINE_RULES: readonly LineRule[] = [
  {
    appliesTo: /^protocols\/src\/.*\.ts$/,
    except: /\.test\.ts$/,
    forbidden: /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|\bcrypto\./,
    rule: 'protocols has no clock and no randomness: take them as arguments',
  },
  {
    appliesTo: /^(edge|cloud)\/package\.json$/,
    forbidden: /"@meetbrug\/(edge|cloud)"\s*:/,
    rule: 'edge and cloud never list each other',
  },
  {
    appliesTo: /\.test\.ts$/,
    except: /^test\/rules\//,
    forbidden: /\b(?:it|test|describe)\.(?:only|skip|todo)\(/,
    rule: 'a test that is skipped shows nothing',
  },
  {
    appliesTo: /\.ts$/,
    except: /^test\/rules\//,
    forbidden: /@ts-(?:ignore|nocheck|expect-error)|biome-ignore|\bas any\b/,
    rule: 'mend what the checker says instead of silencing it',
  },
  {
    appliesTo: /^(?:pnpm-lock\.yaml|\.npmrc|package-lock\.json)$/,
    forbidden: /https?:\/\//,
    rule: 'no registry host: a clone installs from the registry its machine is set up for',
  },
];

const LINES_MAX = 400;
const LENGTH_EXCEPT = /\.test\.ts$|\/catalogue\.ts$|\/terms\.ts$/;

/** Every violation in the given files, in their order. */
export function violationsIn(files: readonly SourceFile[]): Violation[] {
  return files.flatMap(({ path, text }) => {
    const rules = LINE_RULES.filter((rule) => rule.appliesTo.test(path) && rule.except?.test(path) !== true);
    const lines = text.split('\n');
    const found = lines.flatMap((line, index) =>
      rules.filter((rule) => rule.forbidden.test(line)).map(({ rule }) => ({ path, line: index + 1, rule })),
    );
    const long = path.endsWith('.ts') && !LENGTH_EXCEPT.test(path) && lines.length > LINES_MAX;
    return long
      ? [...found, { path, line: LINES_MAX, rule: `more than ${LINES_MAX} lines: split it along its ideas` }]
      : found;
  });
}
