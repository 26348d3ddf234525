import { Button } from '@mantine/core'
import { useState } from 'react'
import { post } from '../api/accounts.ts'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { Entrance } from '../layout/entrance.tsx'
import { ButtonLink } from '../routing/link.tsx'
import { NewPasswordField } from './new-password-field.tsx'

/** The page of the link in the mail. The token stands after the `#`, which no browser sends to a server. */
export function ResetPasswordPage() {
  const [token] = useState(() => window.location.hash.slice(1))
  const [done, setDone] = useState(false)
  const { busy, problem, send } = useSubmission()
  if (done) {
    return (
      <Entrance title="Your password is set" lead="All sessions of the account have ended.">
        <ButtonLink to="/sign-in">Sign in</ButtonLink>
      </Entrance>
    )
  }
  if (token === '' || problem?.code === 'INVALID_TOKEN') {
    return (
      <Entrance
        title="This link does not work any more"
        lead="It works once, for an hour. Make sure that you open the whole link, or ask for a new one."
      >
        <ButtonLink to="/forgot-password">Ask for a new link</ButtonLink>
      </Entrance>
    )
  }
  const submit = (form: HTMLFormElement) => {
    const newPassword = String(new FormData(form).get('password') ?? '')
    send(async () => {
      const found = await post('reset-password', { token, newPassword })
      if (!found) setDone(true)
      return found
    })
  }
  return (
    <Entrance title="Choose a new password">
      <Form
        problem={problem}
        onSubmit={submit}
        actions={
          <Button type="submit" loading={busy}>
            Set the password
          </Button>
        }
      >
        <NewPasswordField label="New password" />
      </Form>
    </Entrance>
  )
}
