import { NumberInput, Stack, Switch, Text, TextInput } from '@mantine/core'
import { CopyIcon } from '../../forms/copy-icon.tsx'
import { useEditor } from '../state/editor-context.ts'
import { ScheduleForm } from './schedule-form.tsx'
import { SignatureForm } from './signature-form.tsx'

/** What starts the automation. @param hookUrl undefined as long as the automation is not saved. */
export function TriggerForm({ hookUrl }: { hookUrl: string | undefined }) {
  return (
    <Stack gap="lg">
      <div>
        <Text fw={600} component="h2">
          Trigger
        </Text>
        <Text size="sm" c="dimmed">
          What starts the automation. Steps read what came with it as <code>trigger</code>.
        </Text>
      </div>
      <HookUrl url={hookUrl} />
      <SignatureForm />
      <Answer />
      <ScheduleForm />
    </Stack>
  )
}

function HookUrl({ url }: { url: string | undefined }) {
  if (url === undefined) {
    return (
      <Text size="sm" c="dimmed">
        Once the automation is saved, it has a web address of its own here: each request to it starts a run.
      </Text>
    )
  }
  return (
    <TextInput
      label="Hook URL"
      description="Each request to it starts a run. Whoever knows it can do so, unless requests have to be signed."
      inputWrapperOrder={['label', 'input', 'description']}
      readOnly
      ff="monospace"
      value={url}
      onFocus={(event) => event.currentTarget.select()}
      rightSection={<CopyIcon label="Copy the hook URL" text={url} />}
    />
  )
}

/** Whether the caller of the hook gets the output of the run. */
function Answer() {
  const { draft, change } = useEditor()
  const { hookAnswer } = draft
  const set = (answer: typeof hookAnswer) => change({ kind: 'hook-answer', answer })
  return (
    <Stack gap="sm">
      <Switch
        label="The last step answers the caller"
        description="With its output: status, headers and body. Secrets in it are redacted. Otherwise the caller gets the id of the run."
        checked={hookAnswer !== null}
        onChange={(event) => set(event.currentTarget.checked ? { waitSeconds: 10 } : null)}
      />
      {hookAnswer && (
        <NumberInput
          label="The caller waits at most"
          suffix=" seconds"
          min={1}
          max={30}
          allowDecimal={false}
          value={hookAnswer.waitSeconds}
          onChange={(seconds) => set({ waitSeconds: Number(seconds) })}
          w={260}
        />
      )}
    </Stack>
  )
}
