import { Anchor, TextInput } from '@mantine/core'
import { useQuery } from 'urql'
import { AppError } from '../../../src/errors.ts'
import { normalizeSecretName } from '../../../src/template/secret-name.ts'
import { useSettled } from '../forms/use-settled.ts'
import { SecretPolicyDocument } from '../gql/graphql.ts'

/** The name that a person types, as Lockstep reads it. */
export interface TypedName {
  /** The name as it will be stored; empty when what is typed is no name. */
  name: string
  problem: string | undefined
  /** Whether a secret of this name exists. */
  taken: boolean
}

export function useTypedName(workspace: string, typed: string): TypedName {
  const { name, problem } = normalized(typed)
  const taken = useExists(workspace, name)
  return { name, problem, taken }
}

export function NameField({
  typed,
  onType,
  read,
  asked,
  onReplace,
  onUse,
}: {
  typed: string
  onType: (typed: string) => void
  read: TypedName
  /** Whether the person has tried to save, so that an empty field is a problem. */
  asked: boolean
  onReplace: (name: string) => void
  onUse?: ((name: string) => void) | undefined
}) {
  return (
    <TextInput
      label="Name"
      data-autofocus
      autoComplete="off"
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      classNames={{ input: 'code-input' }}
      placeholder="Stripe key"
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      value={typed}
      onChange={(event) => onType(event.currentTarget.value)}
      description={<Preview read={read} onReplace={onReplace} onUse={onUse} />}
      descriptionProps={{ component: 'div', 'aria-live': 'polite' }}
      error={problemToShow(typed, read, asked)}
      errorProps={{ role: 'alert' }}
    />
  )
}

/** What the name will be stored as, and whether that is possible. */
function Preview({
  read: { name, taken },
  onReplace,
  onUse,
}: {
  read: TypedName
  onReplace: (name: string) => void
  onUse?: ((name: string) => void) | undefined
}) {
  if (name === '') return 'Any spelling: it becomes UPPER_SNAKE_CASE.'
  if (!taken) {
    return (
      <>
        Saved as <code>{name}</code>
      </>
    )
  }
  return (
    <>
      <code>{name}</code> exists already.{' '}
      <Anchor component="button" type="button" size="xs" underline="always" onClick={() => onReplace(name)}>
        Replace its value instead
      </Anchor>
      {onUse && (
        <>
          {' or '}
          <Anchor component="button" type="button" size="xs" underline="always" onClick={() => onUse(name)}>
            use it as it is
          </Anchor>
        </>
      )}
    </>
  )
}

function problemToShow(typed: string, { problem, taken }: TypedName, asked: boolean): string | undefined {
  if (typed === '' && !asked) return undefined
  return asked && taken ? 'Choose another name, or replace the value of the secret that has it.' : problem
}

function normalized(typed: string): { name: string; problem: string | undefined } {
  try {
    return { name: normalizeSecretName(typed), problem: undefined }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { name: '', problem: error.message }
  }
}

/** Asks for this one secret, because the list of names comes in pages and may lack it. */
function useExists(workspace: string, name: string): boolean {
  const settled = useSettled(name)
  const [{ data, operation, fetching }] = useQuery({
    query: SecretPolicyDocument,
    variables: { workspace, name: settled },
    pause: settled === '' || settled !== name,
    requestPolicy: 'network-only',
  })
  const answered = !fetching && operation?.variables.name === name
  return answered && Boolean(data?.secretPolicy)
}
