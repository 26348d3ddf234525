import { type CurlImport, referToSecrets } from '../../../../plugins/custom-http/curl/index.ts'

/** What becomes of one credential. It holds no value: those stay in what was parsed. */
export interface Choice {
  label: string
  /** Whether references to secrets take its place. */
  replace: boolean
  /** Of its secrets, in their order. */
  names: readonly string[]
}

export function choicesOf({ credentials }: CurlImport): readonly Choice[] {
  return credentials.map(({ label, secrets }) => ({
    label,
    replace: true,
    names: secrets.map(({ name }) => name),
  }))
}

/** Whether two credentials with different values would become one secret. */
export function hasClash({ credentials }: CurlImport, choices: readonly Choice[]): boolean {
  const values = new Map<string, string>()
  return credentials.some(({ secrets }, at) =>
    secrets.some(({ value }, index) => {
      const name = choices[at]?.replace ? choices[at].names[index] : undefined
      if (name === undefined || value === undefined) return false
      const other = values.get(name)
      values.set(name, value)
      return other !== undefined && other !== value
    }),
  )
}

export const isUsable = ({ replace, names }: Choice): boolean =>
  !replace || names.every((name) => /^[A-Z0-9](?:[A-Z0-9_]*[A-Z0-9])?$/.test(name))

/** The secrets that have to be added, each once. @param known the names of those that exist. */
export function newSecrets(
  { credentials }: CurlImport,
  choices: readonly Choice[],
  known: readonly string[],
): { name: string; value: string }[] {
  const wanted = new Map<string, string>()
  for (const [at, { secrets }] of credentials.entries()) {
    const choice = choices[at]
    if (!choice?.replace) continue
    for (const [index, { value }] of secrets.entries()) {
      const name = choice.names[index]
      // A variable of the shell has no value here: whoever knows it adds the secret.
      if (name !== undefined && value !== undefined && !known.includes(name)) wanted.set(name, value)
    }
  }
  return [...wanted].map(([name, value]) => ({ name, value }))
}

const emptied = { query: undefined, headers: undefined, body: undefined, form: undefined }

/** The fields of the step, with references in the places of the credentials; what the command says nothing of is emptied. */
export function fieldsFor(
  { fields, credentials }: CurlImport,
  choices: readonly Choice[],
): Record<string, unknown> {
  const replaced = credentials.flatMap((credential, at) => {
    const choice = choices[at]
    if (!choice?.replace) return []
    const secrets = credential.secrets.map((secret, index) => ({
      ...secret,
      name: choice.names[index] ?? secret.name,
    }))
    return [{ ...credential, secrets }]
  })
  return { ...emptied, ...referToSecrets(fields, replaced) }
}
