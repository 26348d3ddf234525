import { signOut } from '../api/accounts.ts'
import { useAnnounce } from '../parts/announcer.tsx'
import { IconButton } from '../parts/button.tsx'
import { Icon, Mark } from '../parts/icon.tsx'
import { Link } from '../routing/link.tsx'
import { navigate } from '../routing/location.ts'
import { secretsPath, signInPath } from '../routing/routes.ts'
import { useSession, useViewer } from '../session/session.tsx'

export function Sidebar({ workspace }: { workspace: string }) {
  return (
    <header className="sidebar">
      <div className="workspace">
        <Mark />
        <WorkspaceSwitcher workspace={workspace} />
      </div>
      <nav aria-label="Workspace settings">
        <p className="nav-title">Settings</p>
        <Link href={secretsPath(workspace)} className="nav-item" aria-current="page">
          <Icon name="key" />
          Secrets
        </Link>
      </nav>
      <Account />
    </header>
  )
}

function WorkspaceSwitcher({ workspace }: { workspace: string }) {
  const { workspaces } = useViewer()
  const open = workspaces.find(({ id }) => id === workspace)
  if (!open || workspaces.length === 1) return <strong className="workspace-name">{open?.name}</strong>
  return (
    <select
      aria-label="Workspace"
      className="workspace-name"
      value={workspace}
      onChange={(event) => navigate(secretsPath(event.target.value))}
    >
      {workspaces.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  )
}

function Account() {
  const viewer = useViewer()
  const { restart } = useSession()
  const announce = useAnnounce()
  const leave = async () => {
    const problem = await signOut()
    if (problem) return announce(problem.message)
    navigate(signInPath)
    restart()
  }
  return (
    <div className="account">
      <span className="account-name" title={viewer.email ?? undefined}>
        {viewer.name}
      </span>
      <IconButton icon="signOut" label="Sign out" onClick={() => void leave()} />
    </div>
  )
}
