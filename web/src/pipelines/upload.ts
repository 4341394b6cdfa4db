/** Uploading a compiled pipeline, as a new pipeline or a new version of one. */
import { api, body } from "@/api/client";
import type { Pipeline } from "./queries";

const PATH = "/apis/v2beta1/pipelines/upload";

export type Upload = {
  file: File;
  name: string;
  description: string;
  /** The pipeline that it is a version of; null for a new one. */
  of: Pipeline | null;
};
export type Uploaded = { pipelineId: string; versionId?: string };

/**
 * Send a file to the server.
 *
 * @throws ApiError It can't be run, or the name is taken: the server says why.
 */
export async function upload({ file, name, description, of }: Upload): Promise<Uploaded> {
  // The description knows no files in a form: what is sent is made here.
  const sent = { body: { uploadfile: "" }, bodySerializer: () => formOf(file) };
  if (!of) {
    const made = await body(api.POST(PATH, { params: { query: { name, description } }, ...sent }));
    return { pipelineId: made.pipeline_id };
  }
  const query = { name, description, pipelineid: of.id };
  const made = await body(api.POST(`${PATH}_version`, { params: { query }, ...sent }));
  return { pipelineId: made.pipeline_id, versionId: made.pipeline_version_id };
}

function formOf(file: File): FormData {
  const form = new FormData();
  form.set("uploadfile", file, file.name);
  return form;
}

/** What a file's pipeline may be called: its name without its ending. */
export function nameOf(file: string): string {
  return file.replace(/\.(ya?ml|json|zip|tar\.gz|tgz)$/i, "");
}
