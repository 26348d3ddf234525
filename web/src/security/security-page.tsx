import { Container, Stack } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { useQuery } from 'urql'
import type { Ways } from '../api/accounts.ts'
import { useAccounts } from '../api/use-accounts.ts'
import { Loading } from '../feedback/loading.tsx'
import { Trouble } from '../feedback/trouble.tsx'
import { FormProblem } from '../forms/form-problem.tsx'
import { ViewerDocument } from '../gql/graphql.ts'
import { PageHeading } from '../layout/page-heading.tsx'
import { Link } from '../routing/link.tsx'
import { providerProblem } from '../session/provider-problem.ts'
import type { Account } from './account.ts'
import { EmailSection } from './email-section.tsx'
import { NameSection } from './name-section.tsx'
import { PasskeySection } from './passkey-section.tsx'
import { PasswordSection } from './password-section.tsx'
import { ProviderSection } from './provider-section.tsx'
import { SessionSection } from './session-section.tsx'
import { TwoFactorSection } from './two-factor-section.tsx'

/** The profile of the signed-in person: their name, and how they sign in: password, second factor, passkeys, single sign-on, and open sessions. */
export function SecurityPage() {
  const [ways] = useAccounts<Ways>('ways')
  const [answer, reload] = useAccounts<Account>('account')
  const [, askAgain] = useQuery({ query: ViewerDocument, pause: true })
  const error = useLocation({ select: ({ search }) => (search as { error?: unknown }).error })
  const problem = answer?.problem ?? ways?.problem
  if (problem) {
    return (
      <Container component="main" size="xs" py="xl">
        <Trouble problem={problem} onRetry={reload} />
      </Container>
    )
  }
  if (!answer?.data || !ways?.data) return <Loading />
  const section = { account: answer.data, reload }
  return (
    <Container component="main" size="sm" py="xl">
      <Stack gap="md">
        <Link to="/" size="sm">
          Back to Lockstep
        </Link>
        <PageHeading text="Profile and security" />
        <FormProblem problem={providerProblem(typeof error === 'string' ? error : undefined)} />
        <NameSection {...section} onChanged={() => askAgain({ requestPolicy: 'network-only' })} />
        <EmailSection {...section} mail={ways.data.mail} />
        {ways.data.password && answer.data.password && <PasswordSection />}
        {ways.data.password && answer.data.password && <TwoFactorSection {...section} />}
        {ways.data.password && <PasskeySection />}
        {ways.data.oidc && <ProviderSection {...section} />}
        <SessionSection />
      </Stack>
    </Container>
  )
}
