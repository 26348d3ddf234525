import { Checkbox, Radio, Stack, Text, TextInput } from '@mantine/core'
import { GUESSABLE_WARNING } from '../../../../src/secret/guessable.ts'
import { isSecretName } from '../../../../src/template/secret-name.ts'
import { plainLetters } from '../../forms/plain-letters.ts'
import { placeInWords } from '../../secrets/policy-words.ts'
import { useEditor } from '../state/editor-context.ts'
import type { Choice } from './choices.ts'

interface ChoiceProps {
  choice: Choice
  onChange: (choice: Choice) => void
}

/** What becomes of one credential of a command: whether it is a secret, its name, and where it may go. */
export function CredentialChoice({ choice, onChange }: ChoiceProps) {
  const { secrets = [], isAdmin } = useEditor()
  const isNew = isAdmin && choice.names.some((name) => !secrets.includes(name))
  return (
    <div className="credential">
      <Checkbox
        label={`Keep the ${choice.label} as a secret`}
        checked={choice.replace}
        onChange={(event) => onChange({ ...choice, replace: event.currentTarget.checked })}
      />
      {choice.replace ? (
        <Stack gap="xs" ml={32} mt={4}>
          <Names choice={choice} onChange={onChange} known={secrets} />
          {isNew && choice.problem !== undefined && (
            <Text size="xs" c="var(--mantine-color-error)" role="alert">
              {choice.problem}
            </Text>
          )}
          {isNew && choice.guessable && (
            <Checkbox
              size="xs"
              label="I know that this can be guessed"
              description={GUESSABLE_WARNING}
              checked={choice.known}
              onChange={(event) => onChange({ ...choice, known: event.currentTarget.checked })}
            />
          )}
          {isNew && <Destination choice={choice} onChange={onChange} />}
        </Stack>
      ) : (
        <Text size="xs" c="var(--mantine-color-error)" ml={32}>
          It will stand in the step as it is, for everyone in the workspace to read.
        </Text>
      )}
    </div>
  )
}

function Names({ choice, onChange, known }: ChoiceProps & { known: readonly string[] }) {
  const hint = (name: string) =>
    known.includes(name) ? `${name} exists: the step refers to it, and its value stays.` : undefined
  return choice.names.map((name, at) => (
    <TextInput
      // biome-ignore lint/suspicious/noArrayIndexKey: the names change, their places do not.
      key={at}
      size="xs"
      maw={320}
      ff="monospace"
      aria-label={`Name of the secret for the ${choice.label}`}
      value={name}
      description={hint(name)}
      error={isSecretName(name) ? undefined : 'Letters and digits, with _ between them.'}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      onChange={(event) => {
        const typed = plainLetters(event.currentTarget.value)
          .toUpperCase()
          .replaceAll(/[^A-Z0-9]+/g, '_')
        onChange({ ...choice, names: choice.names.with(at, typed) })
      }}
    />
  ))
}

function Destination({ choice, onChange }: ChoiceProps) {
  const { host, place, bound, onlyInPlace, doubt, label } = choice
  return (
    <Radio.Group
      size="xs"
      aria-label={`Where steps may send the ${label}`}
      value={bound ? 'host' : 'anywhere'}
      onChange={(value) => onChange({ ...choice, bound: value === 'host' })}
    >
      <Stack gap={6}>
        {doubt && (
          <Text size="xs" c="var(--mantine-color-error)" role="alert">
            {doubt}
          </Text>
        )}
        {host !== undefined && <Radio size="xs" value="host" label={`Only to ${host}`} />}
        <Radio size="xs" value="anywhere" label="Any public host" />
        {place !== undefined && (
          <Checkbox
            size="xs"
            label={`Only in ${placeInWords(place)}`}
            checked={onlyInPlace}
            onChange={(event) => onChange({ ...choice, onlyInPlace: event.currentTarget.checked })}
          />
        )}
      </Stack>
    </Radio.Group>
  )
}
