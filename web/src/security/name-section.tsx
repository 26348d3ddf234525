import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { post } from '../api/accounts.ts'
import { notify } from '../feedback/notify.ts'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { Section } from '../layout/section.tsx'
import type { SectionProps } from './account.ts'

/** What others see of the person, in the list of members and in invitations. @param onChanged loads the viewer again. */
export function NameSection({ account, reload, onChanged }: SectionProps & { onChanged: () => void }) {
  const { busy, problem, send } = useSubmission()
  const [name, setName] = useState(account.name)
  const rename = () =>
    send(async () => {
      const found = await post('update-user', { name })
      if (found) return found
      notify('Your name is changed.')
      reload()
      onChanged()
      return undefined
    })
  return (
    <Section title="Name" lead="Others in your workspaces see it.">
      <Form
        problem={problem}
        onSubmit={rename}
        actions={
          <Button type="submit" variant="default" loading={busy} disabled={name.trim() === account.name}>
            Change the name
          </Button>
        }
      >
        <TextInput
          label="Your name"
          required
          withAsterisk={false}
          maxLength={200}
          autoComplete="name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </Form>
    </Section>
  )
}
