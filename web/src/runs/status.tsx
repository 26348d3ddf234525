import { Badge, Loader } from '@mantine/core'
import {
  IconBan,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconClockPause,
} from '@tabler/icons-react'

/** The status of a run or a step. PENDING is a step that has not begun; WAITING is one that will be tried again. */
export type Status = 'PENDING' | 'QUEUED' | 'WAITING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED'

const looks = {
  PENDING: { label: 'Not yet', color: 'gray', Icon: IconCircleDashed },
  QUEUED: { label: 'Queued', color: 'gray', Icon: IconCircleDashed },
  WAITING: { label: 'Will be tried again', color: 'yellow', Icon: IconClockPause },
  RUNNING: { label: 'Running', color: 'indigo', Icon: undefined },
  SUCCEEDED: { label: 'Succeeded', color: 'teal', Icon: IconCircleCheckFilled },
  FAILED: { label: 'Failed', color: 'red', Icon: IconCircleXFilled },
  CANCELLED: { label: 'Cancelled', color: 'gray', Icon: IconBan },
} as const

export const statusLabel = (status: Status): string => looks[status].label

/** The icon of a status. It is decoration, because the status stands beside it in words. */
export function StatusIcon({ status }: { status: Status }) {
  const { color, Icon } = looks[status]
  if (!Icon) return <Loader size={16} aria-hidden />
  return <Icon size={18} className="status-icon" data-color={color} aria-hidden />
}

export function StatusBadge({ status }: { status: Status }) {
  const { label, color } = looks[status]
  return (
    <Badge
      variant="default"
      leftSection={<StatusIcon status={status} />}
      className="status-badge"
      data-color={color}
    >
      {label}
    </Badge>
  )
}
