"""Write tests/golden/anny_bodies.npz with the original package: python -m tests.pipelines.body.make_golden_bodies"""

from __future__ import annotations

import numpy as np

from pipelines.body.anny import open_anny, rotation_matrices
from pipelines.body.anny_data import PHENOTYPES
from tests.pipelines.body.test_anny import GOLDEN, golden_cases


def main() -> None:
    """Build the golden cases with anny itself."""
    import anny
    import torch

    model = anny.Anny(skinning_method="lbs", local_changes="all").float()
    sample = np.random.default_rng(3).choice(len(model.template_vertices), 1500, replace=False)
    vertices, joints = [], []
    for shape, rotations in golden_cases():
        pose = torch.eye(4).repeat(1, len(model.bone_labels), 1, 1)
        for bone, vector in rotations.items():
            turn = rotation_matrices(np.array([vector], np.float32))[0]
            pose[0, model.bone_labels.index(bone), :3, :3] = torch.tensor(turn)
        with torch.no_grad():
            built = model(
                pose_parameters=pose,
                phenotype_kwargs={k: v for k, v in shape.items() if k in PHENOTYPES},
                local_changes_kwargs={k: v for k, v in shape.items() if k not in PHENOTYPES},
            )
        vertices.append(built["vertices"][0].numpy()[sample])
        joints.append(built["bone_poses"][0, :, :3, 3].numpy())
    assert tuple(model.bone_labels) == open_anny().bone_names
    np.savez_compressed(GOLDEN, sample=sample, vertices=np.array(vertices), joints=np.array(joints))


if __name__ == "__main__":
    main()
