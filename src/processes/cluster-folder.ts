import { join } from 'node:path'
import type { Config } from '../config.ts'
import { identifyCluster } from '../embedded-postgres/cluster-identity.ts'

/** The folder of the embedded database's cluster. */
export const clusterFolder = (config: Config): string => join(config.dataFolder, 'postgres')

/** What tells the embedded database from a copy of its folder; undefined when another database is used. */
export async function embeddedFolder(config: Config): Promise<string | undefined> {
  return config.databaseUrl ? undefined : identifyCluster(clusterFolder(config))
}
