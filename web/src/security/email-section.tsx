import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { post } from '../api/accounts.ts'
import { FormProblem } from '../forms/form-problem.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { Section } from '../layout/section.tsx'
import type { SectionProps } from './account.ts'

/** @param mail whether this Lockstep sends mails. */
export function EmailSection({ account: { email, emailVerified }, mail }: SectionProps & { mail: boolean }) {
  const { busy, problem, send } = useSubmission()
  const [sent, setSent] = useState(false)
  const verify = () =>
    send(async () => {
      const found = await post('send-verification-email', { email })
      if (!found) setSent(true)
      return found
    })
  return (
    <Section title="Email">
      <Group justify="space-between">
        <Text size="sm">
          {email} · {emailVerified ? 'confirmed' : 'not confirmed'}
        </Text>
        {!emailVerified && mail && (
          <Button variant="default" loading={busy} disabled={sent} onClick={verify}>
            {sent ? 'Look into your mail' : 'Send a link to confirm it'}
          </Button>
        )}
      </Group>
      <FormProblem problem={problem} />
    </Section>
  )
}
