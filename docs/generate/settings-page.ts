import { settingTexts } from './settings-texts.ts'

/** The page of the settings. */
export function settingsPage(): string {
  const rows = Object.entries(settingTexts).map(
    ([name, [about, byDefault]]) => `| \`${name}\` | ${about} | ${byDefault} |`,
  )
  return `${[INTRODUCTION, ['| variable | what | default |', '|---|---|---|', ...rows].join('\n')].join('\n\n')}\n`
}

const INTRODUCTION = `# Settings

*This page is made by \`npm run docs:pages\` from docs/generate/settings-texts.ts.*

Settings are variables of the environment. An empty one counts as unset. A process with a wrong setting, or with a \`LOCKSTEP_\` variable
that there is not, ends with exit code 78 and prints a line that names it.

Each may be read from a file instead: \`NAME_FILE\` names it, as containers are given their secrets. A line break at the end of the
file does not count.`
