import { Button } from '@mantine/core'
import { useState } from 'react'
import { callAccounts } from '../api/accounts.ts'
import { FormProblem } from '../forms/form-problem.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { Entrance } from '../layout/entrance.tsx'
import { ButtonLink } from '../routing/link.tsx'

/** The page of the link in the mail. It asks first, because programs open links in mails too. */
export function VerifyEmailPage() {
  const [token] = useState(() => window.location.hash.slice(1))
  const [done, setDone] = useState(false)
  const { busy, problem, send } = useSubmission()
  if (done) {
    return (
      <Entrance title="Your address is confirmed">
        <ButtonLink to="/">Go to Lockstep</ButtonLink>
      </Entrance>
    )
  }
  const verify = () =>
    send(async () => {
      const answer = await callAccounts(`verify-email?token=${encodeURIComponent(token)}`)
      if (!answer.problem) setDone(true)
      return answer.problem
    })
  return (
    <Entrance title="Confirm your email address">
      <FormProblem problem={problem} />
      <Button loading={busy} onClick={verify}>
        Confirm
      </Button>
    </Entrance>
  )
}
