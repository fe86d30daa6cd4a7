import type { Config } from '../config.ts'
import type { Encoder } from '../core/ports.ts'
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
