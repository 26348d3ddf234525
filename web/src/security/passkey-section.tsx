import { Button, Group, Text, TextInput } from '@mantine/core'
import { post } from '../api/accounts.ts'
import { useAccounts } from '../api/use-accounts.ts'
import { notifyProblem } from '../feedback/notify.ts'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { Section } from '../layout/section.tsx'
import { addPasskey } from '../session/passkeys.ts'
import { TimeAgo } from '../time/time-ago.tsx'
import type { Passkey } from './account.ts'

export function PasskeySection() {
  const [answer, reload] = useAccounts<Passkey[]>('passkey/list-user-passkeys')
  const { busy, problem, send } = useSubmission()
  const submit = (form: HTMLFormElement) => {
    const name = String(new FormData(form).get('name') ?? '').trim()
    send(async () => {
      const found = await addPasskey(name)
      if (found) return found
      form.reset()
      reload()
      return undefined
    })
  }
  const remove = async (id: string) => {
    const found = await post('passkey/delete-passkey', { id })
    if (found) notifyProblem(found)
    reload()
  }
  return (
    <Section
      title="Passkeys"
      lead="Your device or security key signs you in, without a password. It asks for your PIN, fingerprint or face."
    >
      {answer?.data?.map(({ id, name, createdAt }) => (
        <Group key={id} justify="space-between">
          <Text size="sm">
            {name || 'Passkey'}
            {createdAt && (
              <Text span c="dimmed">
                {' '}
                · added <TimeAgo at={createdAt} />
              </Text>
            )}
          </Text>
          <Button
            variant="default"
            size="xs"
            aria-label={`Remove the passkey ${name || ''}`}
            onClick={() => void remove(id)}
          >
            Remove
          </Button>
        </Group>
      ))}
      <Form
        problem={problem ?? answer?.problem}
        onSubmit={submit}
        actions={
          <Button type="submit" variant="default" loading={busy}>
            Add a passkey
          </Button>
        }
      >
        <TextInput
          label="Name of the device"
          name="name"
          autoComplete="off"
          maxLength={100}
          placeholder="Laptop"
          required
          withAsterisk={false}
        />
      </Form>
    </Section>
  )
}
