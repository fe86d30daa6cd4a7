import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { Problem } from '../core/problem.ts'
import { type House, openHouse } from '../roof/local-house.ts'
import { operator } from '../roof/operator.ts'
import { configOf } from './settings.ts'

/** Options of commands about what the house or a tenant has of its own: concepts, monitors. */
export interface OwnerOptions {
  tenant?: string
  json?: boolean
}

/** A command with those options. */
export const ofOwner = (group: Command, usage: string, about: string, tenant: string): Command =>
  group.command(usage).description(about).option('--tenant <tenant>', tenant).option('--json', 'machine-readable')

/** Opens the house for a command, and closes it whatever comes. */
export async function inHouse(command: Command, work: (house: House) => Promise<void>): Promise<void> {
  const house = await openHouse(configOf(command))
  try {
    await work(house)
  } finally {
    await house.close()
  }
}

/** Whoever works here, as a tenant (as it is stored) or as the house. */
export const ownerOf = ({ redactor }: House, { tenant }: OwnerOptions): { tenant_id?: string; by: string } => ({
  ...(tenant === undefined ? {} : { tenant_id: redactor.identifier('tenant_id', tenant) }),
  by: operator().by,
})

/** What a file holds. Throws BAD_REQUEST that quotes none of it. */
export function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Problem('BAD_REQUEST', `${file} cannot be read, or is no JSON`, { cause: error })
  }
}

/** Prints an answer, for a machine or for a reader. */
export function say({ json }: OwnerOptions, value: unknown, text: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text()}\n`)
}
