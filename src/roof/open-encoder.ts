import type { Config } from '../config.ts'
import type { Encoder } from '../core/ports.ts'
import { inspectModel, isFolder, placeOf } from '../encoder/manifest.ts'
import { createEncoder } from '../encoder/pool.ts'

/** An embedding model in threads of its own: the configured one, or another by name. Throws MODEL_BROKEN. */
export function openEncoder(config: Config, model = config.model, dtype = config.model_dtype): Promise<Encoder> {
  return createEncoder({
    modelsDir: config.models_dir,
    model,
    dtype,
    threads: config.encoder_threads,
    allowRemote: config.allow_remote_models,
  })
}

/**
 * Looks at the files of the configured model before anything depends on them; one that may still be fetched is left.
 * Throws MODEL_BROKEN naming the file that is missing or altered.
 */
export async function checkModel({ models_dir, model, model_dtype, allow_remote_models }: Config): Promise<void> {
  if (allow_remote_models && !(await isFolder(placeOf(models_dir, model).folder))) return
  await inspectModel(models_dir, model, model_dtype)
}
