import { Button, Text } from '@mantine/core'
import { goToProvider } from '../api/accounts.ts'
import { FormProblem } from '../forms/form-problem.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { Section } from '../layout/section.tsx'
import type { Account } from './account.ts'

export function ProviderSection({ account }: { account: Account }) {
  const { busy, problem, send } = useSubmission()
  return (
    <Section title="Single sign-on">
      {account.oidc ? (
        <Text size="sm">This account is connected.</Text>
      ) : (
        <Button variant="default" loading={busy} onClick={() => send(() => goToProvider('/security', true))}>
          Connect this account
        </Button>
      )}
      <FormProblem problem={problem} />
    </Section>
  )
}
