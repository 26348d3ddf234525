import { Button, Code, Text } from '@mantine/core'
import { useState } from 'react'
import { post, type Ways } from '../api/accounts.ts'
import { useAccounts } from '../api/use-accounts.ts'
import { Loading } from '../feedback/loading.tsx'
import { Form } from '../forms/form.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { Entrance } from '../layout/entrance.tsx'
import { ButtonLink, Link } from '../routing/link.tsx'
import { EmailField } from './account-form.tsx'

export function ForgotPasswordPage() {
  const [answer] = useAccounts<Ways>('ways')
  const [sent, setSent] = useState(false)
  const { busy, problem, send } = useSubmission()
  if (!answer) return <Loading />
  if (!answer.data?.mail) return <AskOperator />
  if (sent) {
    return (
      <Entrance
        title="Look into your mail"
        lead="If there is an account with this address, a link to choose a new password is on its way. It works for an hour."
      >
        <ButtonLink to="/sign-in">Back to sign-in</ButtonLink>
      </Entrance>
    )
  }
  const submit = (form: HTMLFormElement) => {
    const email = String(new FormData(form).get('email') ?? '')
    send(async () => {
      const found = await post('request-password-reset', { email })
      if (!found) setSent(true)
      return found
    })
  }
  return (
    <Entrance title="Choose a new password" lead="You get a link by mail.">
      <Form
        problem={problem}
        onSubmit={submit}
        actions={
          <Button type="submit" loading={busy}>
            Send the link
          </Button>
        }
      >
        <EmailField />
      </Form>
      <Link to="/sign-in" size="sm">
        Back to sign-in
      </Link>
    </Entrance>
  )
}

function AskOperator() {
  return (
    <Entrance title="Ask the operator" lead="This Lockstep sends no mail.">
      <Text size="sm">Its operator can make a link with which you choose a new password:</Text>
      <Code block style={{ whiteSpace: 'pre-wrap' }}>
        lockstep members reset-password you@example.com
      </Code>
      <ButtonLink to="/sign-in">Back to sign-in</ButtonLink>
    </Entrance>
  )
}
