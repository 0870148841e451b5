import { emitDeclarations } from './emit-declarations.ts'
import { collectDoor, type DoorApi } from './package-api.ts'
import type { PublishedPackage } from './published-packages.ts'

/** The API of one package, door by door. */
export async function packageDoors(
  root: string,
  { folder, doors }: PublishedPackage,
): Promise<readonly DoorApi[]> {
  const files = await emitDeclarations(root, folder)
  const collected: DoorApi[] = []
  for (const [door, source] of doors)
    collected.push(collectDoor(door, source.replace(/\.ts$/, '.d.ts'), files, collected))
  return collected
}
