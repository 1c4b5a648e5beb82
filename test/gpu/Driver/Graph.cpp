//===- Graph.cpp - Captures and graphs --------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// This file has stream capture and graphs. The nodes of a graph run in the
// order of their capture, which respects all its dependences.

#include "Driver/State.h"

#include <algorithm>

using namespace fakecuda;

FAKECUDA_API cuStreamBeginCapture_v2(CUstream handle, int mode) {
  return callIn("cuStreamBeginCapture_v2", [&](Context &context) {
    Stream *stream = findStream(context, handle);
    if (!stream)
      return CUDA_ERROR_INVALID_HANDLE;
    if (stream == &context.legacy)
      return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    if (mode < 0 || mode > 2)
      return CUDA_ERROR_INVALID_VALUE;
    if (stream->capture)
      return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    auto graph = std::make_shared<Graph>();
    graph->origin = stream;
    graph->streams = {stream};
    graph->mode = mode;
    graph->thread = std::this_thread::get_id();
    stream->capture = graph;
    stream->progress.clear();
    context.captures.push_back(graph);
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuStreamEndCapture(CUstream handle, CUgraph *result) {
  return callIn("cuStreamEndCapture", [&](Context &context) {
    Stream *stream = findStream(context, handle);
    if (!stream)
      return CUDA_ERROR_INVALID_HANDLE;
    if (!result)
      return CUDA_ERROR_INVALID_VALUE;
    *result = nullptr;
    std::shared_ptr<Graph> graph = stream->capture;
    if (!graph || graph->origin != stream)
      return CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
    if (graph->mode != 2 && graph->thread != std::this_thread::get_id())
      return CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
    bool joined = true;
    for (Stream *other : graph->streams)
      joined &= stream->progress[other] >= other->progress[other];
    for (Stream *other : graph->streams)
      other->capture = nullptr;
    std::erase(context.captures, graph);
    if (!graph->valid)
      return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    if (!joined)
      return CUDA_ERROR_STREAM_CAPTURE_UNJOINED;
    auto owner = std::make_unique<GraphHandle>();
    owner->graph = graph;
    *result = reinterpret_cast<CUgraph>(owner.get());
    context.graphs.insert(std::move(owner));
    count([](FakeCudaStatistics &all) { ++all.captures; });
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuStreamIsCapturing(CUstream handle, int *status) {
  return callIn("cuStreamIsCapturing", [&](Context &context) {
    Stream *stream = findStream(context, handle);
    if (!stream)
      return CUDA_ERROR_INVALID_HANDLE;
    if (!status)
      return CUDA_ERROR_INVALID_VALUE;
    // CU_STREAM_CAPTURE_STATUS_NONE, _ACTIVE, _INVALIDATED.
    *status = !stream->capture ? 0 : stream->capture->valid ? 1 : 2;
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuGraphCreate(CUgraph *result, unsigned flags) {
  return callIn("cuGraphCreate", [&](Context &context) {
    if (!result || flags)
      return CUDA_ERROR_INVALID_VALUE;
    auto owner = std::make_unique<GraphHandle>();
    owner->graph = std::make_shared<Graph>();
    *result = reinterpret_cast<CUgraph>(owner.get());
    context.graphs.insert(std::move(owner));
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuGraphDestroy(CUgraph handle) {
  return callIn("cuGraphDestroy", [&](Context &context) {
    return eraseHandle(context.graphs, handle) ? CUDA_SUCCESS
                                               : CUDA_ERROR_INVALID_VALUE;
  });
}

/// With nodes == null only their number, as the driver does it.
FAKECUDA_API cuGraphGetNodes(CUgraph handle, CUgraphNode *nodes,
                             size_t *number) {
  return callIn("cuGraphGetNodes", [&](Context &context) {
    GraphHandle *owner = findHandle(context.graphs, handle);
    if (!owner || !number)
      return CUDA_ERROR_INVALID_VALUE;
    std::vector<Graph::Node> &all = owner->graph->nodes;
    if (!nodes) {
      *number = all.size();
      return CUDA_SUCCESS;
    }
    for (size_t i = 0; i < *number; ++i)
      nodes[i] =
          i < all.size() ? reinterpret_cast<CUgraphNode>(&all[i]) : nullptr;
    *number = std::min(*number, all.size());
    return CUDA_SUCCESS;
  });
}

FAKECUDA_API cuGraphNodeGetType(CUgraphNode handle, int *type) {
  return callIn("cuGraphNodeGetType", [&](Context &context) {
    for (const std::unique_ptr<GraphHandle> &owner : context.graphs)
      for (Graph::Node &node : owner->graph->nodes)
        if (&node == reinterpret_cast<Graph::Node *>(handle) && type) {
          // CU_GRAPH_NODE_TYPE_KERNEL, _MEMCPY, _MEMSET.
          *type = node.kind == Graph::Node::Kernel ? 0
                  : node.kind == Graph::Node::Copy ? 1
                                                   : 2;
          return CUDA_SUCCESS;
        }
    return CUDA_ERROR_INVALID_VALUE;
  });
}

static CUresult instantiate(Context &context, CUgraphExec *result,
                            CUgraph handle) {
  GraphHandle *owner = findHandle(context.graphs, handle);
  if (!owner || !result)
    return CUDA_ERROR_INVALID_VALUE;
  auto executable = std::make_unique<GraphExec>();
  executable->context = &context;
  executable->nodes = owner->graph->nodes;
  *result = reinterpret_cast<CUgraphExec>(executable.get());
  context.executables.insert(std::move(executable));
  return CUDA_SUCCESS;
}

FAKECUDA_API cuGraphInstantiateWithFlags(CUgraphExec *result, CUgraph graph,
                                         unsigned long long) {
  return callIn("cuGraphInstantiateWithFlags", [&](Context &context) {
    return instantiate(context, result, graph);
  });
}

FAKECUDA_API cuGraphInstantiate_v2(CUgraphExec *result, CUgraph graph,
                                   CUgraphNode *, char *log, size_t size) {
  return callIn("cuGraphInstantiate_v2", [&](Context &context) {
    if (log && size)
      *log = 0;
    return instantiate(context, result, graph);
  });
}

FAKECUDA_API cuGraphExecDestroy(CUgraphExec handle) {
  return callIn("cuGraphExecDestroy", [&](Context &context) {
    return eraseHandle(context.executables, handle) ? CUDA_SUCCESS
                                                    : CUDA_ERROR_INVALID_VALUE;
  });
}

FAKECUDA_API cuGraphUpload(CUgraphExec handle, CUstream stream) {
  return callIn("cuGraphUpload", [&](Context &context) {
    return findHandle(context.executables, handle) &&
                   findStream(context, stream)
               ? CUDA_SUCCESS
               : CUDA_ERROR_INVALID_HANDLE;
  });
}

FAKECUDA_API cuGraphLaunch(CUgraphExec handle, CUstream where) {
  return callIn("cuGraphLaunch", [&](Context &context) {
    GraphExec *executable = findHandle(context.executables, handle);
    Stream *stream = findStream(context, where);
    if (!executable || !stream)
      return CUDA_ERROR_INVALID_HANDLE;
    if (stream->capture)
      return CUDA_ERROR_NOT_SUPPORTED; // graphs within graphs
    count([](FakeCudaStatistics &all) { ++all.graphLaunches; });
    for (const Graph::Node &node : executable->nodes)
      if (CUresult status = node.run(context))
        return status;
    return CUDA_SUCCESS;
  });
}
