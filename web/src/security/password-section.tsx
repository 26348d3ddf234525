import { Button, PasswordInput } from '@mantine/core'
import { post } from '../api/accounts.ts'
import { notify } from '../feedback/notify.ts'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { Section } from '../layout/section.tsx'
import { NewPasswordField } from '../session/new-password-field.tsx'

export function PasswordSection() {
  const { busy, problem, send } = useSubmission()
  const submit = (form: HTMLFormElement) => {
    const typed = new FormData(form)
    const [currentPassword, newPassword] = [typed.get('current'), typed.get('password')].map(String)
    send(async () => {
      const found = await post('change-password', { currentPassword, newPassword })
      if (found) return found
      form.reset()
      notify('The password is changed, and all other sessions have ended.')
      return undefined
    })
  }
  return (
    <Section title="Password" lead="A change ends all other sessions.">
      <Form
        problem={problem}
        onSubmit={submit}
        actions={
          <Button type="submit" variant="default" loading={busy}>
            Change the password
          </Button>
        }
      >
        <PasswordInput
          label="Current password"
          name="current"
          autoComplete="current-password"
          required
          withAsterisk={false}
        />
        <NewPasswordField label="New password" />
      </Form>
    </Section>
  )
}
