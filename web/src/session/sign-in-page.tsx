import { Text } from '@mantine/core'
import { Navigate, useLocation, useRouter } from '@tanstack/react-router'
import type { Ways } from '../api/accounts.ts'
import { useAccounts } from '../api/use-accounts.ts'
import { Loading } from '../feedback/loading.tsx'
import { FormProblem } from '../forms/form-problem.tsx'
import { Entrance } from '../layout/entrance.tsx'
import { Link } from '../routing/link.tsx'
import { OtherWays } from './other-ways.tsx'
import { providerProblem } from './provider-problem.ts'
import { SignInForm } from './sign-in-form.tsx'
import { useSignUpOffer } from './use-sign-up.ts'

// While the answer is on its way, and when there is none.
const usual: Ways = { password: true, oidc: false, mail: false }

export function SignInPage() {
  const { history } = useRouter()
  const from = useLocation({ select: ({ state }) => state.from }) ?? '/'
  const error = useLocation({ select: ({ search }) => (search as { error?: unknown }).error })
  const offer = useSignUpOffer()
  const [answer] = useAccounts<Ways>('ways')
  if (offer === undefined || answer === undefined) return <Loading />
  const ways = answer.data ?? usual
  if (offer === 'first' && ways.password && !ways.oidc) return <Navigate to="/sign-up" replace />
  const done = () => history.replace(from)
  return (
    <Entrance title="Sign in to Lockstep">
      <FormProblem problem={providerProblem(typeof error === 'string' ? error : undefined)} />
      {ways.password && <SignInForm onDone={done} />}
      <OtherWays ways={ways} from={from} onDone={done} />
      {ways.password && (
        <Text size="sm">
          <Link to="/forgot-password" underline="always">
            Forgot your password?
          </Link>
        </Text>
      )}
      {ways.password && (
        <Text size="sm" c="dimmed">
          {offer === 'open' || offer === 'first' ? (
            <>
              New here?{' '}
              <Link to="/sign-up" underline="always">
                Create an account
              </Link>
            </>
          ) : (
            'New here? Ask an admin of your workspace to invite you.'
          )}
        </Text>
      )}
    </Entrance>
  )
}
